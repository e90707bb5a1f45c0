/** Determines which file of a directory to run: `executable`, else the only candidate. */
import { lstatSync, realpathSync } from 'node:fs'
import { join, posix } from 'node:path'
import { findStack, STACK_NAMES, type Stack } from '../platform/stacks.ts'
import { firstNames, nearest } from '../problems/nearest.ts'
import type { Problems } from '../problems/problems.ts'
import { candidates, stem } from './candidates.ts'
import { needsLibraries } from './executability/glibc.ts'
import { type Inspection, inspectFile } from './executability/inspect.ts'
import { judge, needsCommands } from './executability/judge.ts'
import type { LibraryVerdict } from './executability/libraries.ts'
import type { ExecutableKind, PlacedExecutable, SourceRequest } from './source.ts'

/** The regular files to choose from (including links to regular files), relative to `root`, with `/`. */
interface Choice {
  readonly root: string
  readonly files: readonly string[]
  /** The root as messages name it: `tools/otel`, `the archive`. */
  readonly name: string
}

/**
 * Chooses the executable and checks it against the stack. Problems are reported at the source's place.
 * @returns undefined when there is none or the choice is ambiguous (an error only if `use` is `run`)
 */
export async function chooseExecutable(
  { root, files, name }: Choice,
  request: SourceRequest,
  stack: string | undefined,
  problems: Problems,
): Promise<PlacedExecutable | undefined> {
  const named = request.source.executable
  const file =
    named === undefined ? clearCandidate({ root, files, name }, request, problems) : posix.normalize(named)
  if (file === undefined) return undefined
  if (!files.includes(file)) {
    const near = nearest(file, files)
    const instead =
      near.length > 0
        ? `did you mean ${near.map((each) => JSON.stringify(each)).join(' or ')}?`
        : `it has ${firstNames(files)}`
    problems.error(request.source.place, `${JSON.stringify(named ?? file)} is not a file of ${name}`, instead)
    return undefined
  }
  return checkExecutable({ root, files, file }, request, stack, problems)
}

/** Checks the file that the sidecar runs. With a `command` of the user, the file may also be data. */
export async function checkExecutable(
  { root, files, file }: Pick<Choice, 'root' | 'files'> & { readonly file: string },
  request: SourceRequest,
  stackName: string | undefined,
  problems: Problems,
): Promise<PlacedExecutable | undefined> {
  const place = request.source.place
  if (request.use === 'jar') return checkJar(root, file, request, problems)
  const stack = findStack(stackName)
  if (!stack) {
    const what = stackName ? `stack "${stackName}" is not known here` : 'CF_STACK is not set'
    problems.warning(
      undefined,
      `${what}: programs are not checked for it`,
      `known stacks: ${STACK_NAMES.join(', ')}`,
    )
  }
  const inspection = inspectFile(join(root, file))
  const stackFiles = needsCommands(inspection) ? await stack?.files() : undefined
  const { kind, objections } = judge(inspection, stack, file, stackFiles, request.buildpacks)
  const mayBeData = request.use === 'command' && request.source.executable === undefined
  if (mayBeData && isData(inspection, kind)) return undefined
  const libraries = await checkLibraries({ root, files, file }, inspection, request, stack)
  for (const { severity, what, instead } of [...objections, ...libraries.objections]) {
    problems[severity](place, `${JSON.stringify(displayed(file, request))} ${what}`, instead)
  }
  const { libraryDir } = libraries
  return kind && { file, kind, ...(libraryDir !== undefined && { libraryDir }) }
}

/** Loaded only for a program that requires more than glibc. */
async function checkLibraries(
  program: Pick<Choice, 'root' | 'files'> & { readonly file: string },
  inspection: Inspection,
  { libraries: places }: SourceRequest,
  stack: Stack | undefined,
): Promise<LibraryVerdict> {
  if (!stack || !places || inspection.kind !== 'elf' || 'damaged' in inspection.elf) return { objections: [] }
  const { elf } = inspection
  if (elf.loader === undefined || !needsLibraries(elf)) return { objections: [] }
  const { judgeLibraries } = await import('./executability/libraries.ts')
  return judgeLibraries({ ...program, elf }, places, stack, await stack.files())
}

function checkJar(
  root: string,
  file: string,
  request: SourceRequest,
  problems: Problems,
): PlacedExecutable | undefined {
  const inspection = inspectFile(join(root, file))
  if (inspection.kind === 'zip') return { file, kind: 'jar' }
  const what = inspection.kind === 'empty' ? 'is empty' : 'is not a jar'
  problems.error(request.source.place, `${JSON.stringify(displayed(file, request))} ${what}`, 'use a jar')
  return undefined
}

function isData(inspection: Inspection, kind: ExecutableKind | undefined): boolean {
  if (inspection.kind === 'zip') return kind !== 'jar'
  if (inspection.kind === 'elf') return !('damaged' in inspection.elf) && inspection.elf.type === 'library'
  return inspection.kind === 'text' || (inspection.kind === 'foreign' && inspection.asData)
}

/** The name for messages: a file of the app as the user wrote it. */
function displayed(file: string, { source }: SourceRequest): string {
  if (source.kind !== 'path') return file
  return posix.basename(source.path) === file ? posix.normalize(source.path) : posix.join(source.path, file)
}

/** The only candidate; else the one named like the sidecar; else the file that all others link to. */
function clearCandidate(
  { root, files, name }: Choice,
  request: SourceRequest,
  problems: Problems,
): string | undefined {
  const found = candidates(root, files, request.use)
  const clear =
    found.length === 1
      ? found[0]
      : (found.find((each) => [request.owner, name].map(stem).includes(stem(each))) ??
        fileBehindAll(root, found))
  if (clear === undefined && request.use !== 'command') {
    const place = request.source.place
    const kind = request.use === 'jar' ? 'jar' : 'program'
    if (found.length === 0) {
      const instead = `it has ${firstNames(files)}; set \`executable\` to one of them`
      if (files.length === 0)
        problems.error(place, `${name} contains no files`, `use a directory or an archive with a ${kind}`)
      else problems.error(place, `${name} contains no ${kind}`, instead)
    } else {
      const what = `${name} contains ${found.length} ${kind}s: ${firstNames(found)}`
      problems.error(place, what, 'set `executable` to one of them')
    }
  }
  return clear
}

/** The program, if the others are links to it. */
function fileBehindAll(root: string, found: readonly string[]): string | undefined {
  const files = new Set(found.map((each) => realpathSync.native(join(root, each))))
  return files.size === 1 ? found.find((each) => !lstatSync(join(root, each)).isSymbolicLink()) : undefined
}
