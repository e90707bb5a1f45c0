/** Which file of a folder is to be run: the one that `executable` names, else the one that is clear. */
import { basename, join, posix } from 'node:path'
import { distance } from 'fastest-levenshtein'
import type { Problems } from '../config/problems.ts'
import { type Inspection, inspectFile } from './executability/inspect.ts'
import { judge } from './executability/judge.ts'
import { findStack, STACK_NAMES } from './executability/stacks.ts'
import { type ExecutableKind, type PlacedExecutable, placeOf, type SourceRequest } from './source.ts'

/** The regular files to choose from (links to such included), relative to `root`, with `/`. */
export interface Choice {
  readonly root: string
  readonly files: readonly string[]
  /** How messages name the root: `tools/otel`, `the archive`. */
  readonly name: string
}

const SHOWN = 10

/**
 * The executable, checked against the stack; what is wrong is reported with the source's place.
 * @returns undefined when there is none, or none is clear (an error only where `use` is `run`)
 */
export function chooseExecutable(
  { root, files, name }: Choice,
  request: SourceRequest,
  stack: string | undefined,
  problems: Problems,
): PlacedExecutable | undefined {
  const named = request.source.executable
  const file =
    named === undefined ? clearCandidate({ root, files, name }, request, problems) : posix.normalize(named)
  if (file === undefined) return undefined
  if (!files.includes(file)) {
    const near = nearest(file, files)
    const instead =
      near.length > 0 ? `did you mean ${near.map(quote).join(' or ')}?` : `it has ${shown(files)}`
    problems.error(placeOf(request), `${quote(named ?? file)} is not a file of ${name}`, instead)
    return undefined
  }
  return checkExecutable(root, file, request, stack, problems)
}

/** Checks one file as what the sidecar runs; where the user's command says what runs, it may be data as well. */
export function checkExecutable(
  root: string,
  file: string,
  request: SourceRequest,
  stackName: string | undefined,
  problems: Problems,
): PlacedExecutable | undefined {
  const place = placeOf(request)
  const stack = findStack(stackName)
  if (!stack) {
    const what = stackName ? `stack "${stackName}" is not known here` : 'CF_STACK is not set'
    problems.warning(
      undefined,
      `${what}: whether programs fit it is not checked`,
      `known are ${STACK_NAMES.join(', ')}`,
    )
  }
  const inspection = inspectFile(join(root, file))
  const { kind, objections } = judge(inspection, stack, file)
  const mayBeData = request.use === 'command' && request.source.executable === undefined
  if (mayBeData && isData(inspection, kind)) return undefined
  for (const { severity, what, instead } of objections) {
    problems[severity](place, `${quote(displayed(file, request))} ${what}`, instead)
  }
  return kind && { file, kind }
}

function isData(inspection: Inspection, kind: ExecutableKind | undefined): boolean {
  if (inspection.kind === 'zip') return kind !== 'jar'
  if (inspection.kind === 'elf') return !('damaged' in inspection.elf) && inspection.elf.type === 'library'
  return inspection.kind === 'text' || (inspection.kind === 'foreign' && inspection.asData)
}

/** A file of the app is named as the user wrote it. */
function displayed(file: string, { source }: SourceRequest): string {
  if (source.kind !== 'path') return file
  return posix.basename(source.path) === file ? posix.normalize(source.path) : posix.join(source.path, file)
}

/** The only candidate near the top; else the only one at all; else, of several, the one named like the sidecar. */
function clearCandidate(
  { root, files, name }: Choice,
  request: SourceRequest,
  problems: Problems,
): string | undefined {
  const near = candidates(root, files.filter(isNearTop(files)))
  const found = near.length > 0 ? near : candidates(root, files)
  const clear =
    found.length === 1 ? found[0] : found.find((each) => [request.owner, name].map(stem).includes(stem(each)))
  if (clear === undefined && request.use === 'run') {
    const place = placeOf(request)
    if (found.length === 0) {
      problems.error(
        place,
        `${name} holds no program`,
        `it has ${shown(files)}; write \`executable\` for the one to run`,
      )
    } else {
      const what = `${name} holds ${found.length} programs: ${shown(found)}`
      problems.error(place, what, 'write `executable` for the one to run')
    }
  }
  return clear
}

/** In the top folder or its `bin`, where a top folder that everything is in counts for nothing. */
function isNearTop(files: readonly string[]): (file: string) => boolean {
  const top = commonFolder(files)
  return (file) => {
    const folder = posix.dirname(file.slice(top.length))
    return folder === '.' || folder === 'bin'
  }
}

/** `caddy-2.8/` when all files are under it, else nothing. */
function commonFolder(files: readonly string[]): string {
  const first = files[0]?.split('/').slice(0, -1) ?? []
  let depth = 0
  while (depth < first.length && files.every((each) => each.split('/')[depth] === first[depth])) depth++
  return first
    .slice(0, depth)
    .map((each) => `${each}/`)
    .join('')
}

function candidates(root: string, files: readonly string[]): readonly string[] {
  return files.filter(
    (file) => !basename(file).startsWith('.') && isCandidate(inspectFile(join(root, file)), file),
  )
}

function isCandidate(inspection: Inspection, file: string): boolean {
  if (inspection.kind === 'elf') {
    return 'damaged' in inspection.elf || inspection.elf.type === 'executable' || inspection.elf.bits === 32
  }
  if (inspection.kind === 'zip') return /\.[jw]ar$/i.test(file)
  return inspection.kind === 'script' || (inspection.kind === 'foreign' && !inspection.asData)
}

/** `bin/otelcol.sh` → `otelcol`. */
function stem(path: string): string {
  return posix.basename(path).replace(/\.(sh|jar|exe|bin|rb|py)$/i, '')
}

/** Up to three of `names` that a slip of the fingers, or a forgotten folder, away from `wanted`. */
export function nearest(wanted: string, names: readonly string[]): readonly string[] {
  const base = posix.basename(wanted)
  const far = (name: string) =>
    posix.basename(name) === base
      ? 0
      : Math.min(distance(wanted, name), distance(base, posix.basename(name)) + 1)
  return names
    .map((name) => ({ name, far: far(name) }))
    .filter((each) => each.far <= Math.max(1, Math.min(3, base.length / 3)))
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map((each) => each.name)
}

export function quote(text: string): string {
  return JSON.stringify(text)
}

function shown(names: readonly string[]): string {
  if (names.length === 0) return 'no files'
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''
  return names.slice(0, SHOWN).join(', ') + more
}
