/**
 * Whether a program finds the shared libraries that it requires, in the order of ld.so(8): DT_RPATH, LD_LIBRARY_PATH,
 * DT_RUNPATH, then the stack's own. Libraries of the source are checked for their own requirements. Paths are those of
 * the container at start.
 */
import { statSync } from 'node:fs'
import { join, posix } from 'node:path'
import type { Stack, StackFiles } from '../../platform/stacks.ts'
import type { ElfFacts } from './elf.ts'
import { GLIBC } from './glibc.ts'
import { inspectFile } from './inspect.ts'
import type { Objection } from './judge.ts'
import { HOME, type LibraryPlaces } from './library-places.ts'

/** A program of a source. `root` becomes SIDECAR_HOME and contains only `files` (relative to it). */
interface SourceProgram {
  readonly root: string
  readonly files: readonly string[]
  readonly file: string
  readonly elf: ElfFacts
}

export interface LibraryVerdict {
  readonly objections: readonly Objection[]
  /** A directory of the source, relative to its root, that must be on LD_LIBRARY_PATH. */
  readonly libraryDir?: string
}

export function judgeLibraries(
  program: SourceProgram,
  places: LibraryPlaces,
  stack: Stack,
  files: StackFiles,
): LibraryVerdict {
  const missing = missingLibraries(program, places, files)
  const libraryDir = missing.length > 0 && places.mayAdd ? findLibraryDir(program) : undefined
  if (libraryDir === undefined) return { objections: objectionsTo(missing, stack, files) }
  const searchPath = [...places.searchPath, posix.join(HOME, libraryDir)]
  const left = missingLibraries(program, { ...places, searchPath }, files)
  const isUseful = left.length < missing.length
  return { objections: objectionsTo(left, stack, files), ...(isUseful && { libraryDir }) }
}

function objectionsTo(missing: readonly string[], stack: Stack, files: StackFiles): readonly Objection[] {
  const uncertain = missing.filter((name) => files.unknownPackageOf(name) !== undefined)
  const absent = missing.filter((name) => !uncertain.includes(name))
  const remedy = 'copy them into a directory lib beside the program, or link them statically'
  const objections: Objection[] = []
  if (absent.length > 0) {
    const what = `requires shared libraries that ${stack.name} does not have: ${absent.join(', ')}`
    const instead = `${remedy}; a buildpack that provides them must come before this one`
    objections.push({ severity: 'warning', what, instead })
  }
  if (uncertain.length > 0) {
    const names = uncertain.map((name) => `${name} (perhaps in ${files.unknownPackageOf(name)})`)
    const what = `requires shared libraries that ${stack.name} may not have: ${names.join(', ')}`
    const instead = `try the program on the stack; if it does not start, ${remedy}`
    objections.push({ severity: 'note', what, instead })
  }
  return objections
}

/** `lib` beside the program's directory, or in it: the usual places of bundled libraries. */
function findLibraryDir({ files, file }: SourceProgram): string | undefined {
  const folder = posix.dirname(file)
  return [posix.join(folder, '../lib'), posix.join(folder, 'lib')]
    .filter((each) => !each.startsWith('..'))
    .find((each) => files.some((name) => posix.dirname(name) === each && /\.so(?:\.|$)/.test(name)))
}

interface Loaded {
  readonly path: string
  readonly elf: ElfFacts
  /** DT_RPATH of the files that load it, nearest first. */
  readonly inherited: readonly string[]
}

function missingLibraries(
  program: SourceProgram,
  places: LibraryPlaces,
  files: StackFiles,
): readonly string[] {
  const missing: string[] = []
  const seen = new Set<string>()
  const queue: Loaded[] = [{ path: posix.join(HOME, program.file), elf: program.elf, inherited: [] }]
  const locate = locator(program, places)
  for (let loaded = queue.shift(); loaded; loaded = queue.shift()) {
    const { path, elf } = loaded
    const origin = posix.dirname(path)
    const rpath = elf.runpath === undefined ? directoriesOf(elf.rpath, origin) : []
    const inherited = [...rpath, ...loaded.inherited]
    const runpath = directoriesOf(elf.runpath, origin)
    const searched = [...(elf.runpath === undefined ? inherited : []), ...places.searchPath, ...runpath]
    for (const name of elf.libraries.filter((each) => !seen.has(each))) {
      seen.add(name)
      const candidates = name.includes('/') ? [name] : searched.map((each) => posix.join(each, name))
      const found = firstElf(candidates, locate, elf)
      if (found) queue.push({ ...found, inherited })
      else if (!GLIBC.has(name) && !files.libraries.has(name)) missing.push(name)
    }
  }
  return missing
}

/** The loader ignores files for other machines. */
function firstElf(
  candidates: readonly string[],
  locate: (path: string) => string | undefined,
  program: ElfFacts,
): Pick<Loaded, 'path' | 'elf'> | undefined {
  for (const path of candidates) {
    const file = locate(path)
    const inspection = file === undefined ? undefined : inspectFile(file)
    if (inspection?.kind !== 'elf' || 'damaged' in inspection.elf) continue
    if (inspection.elf.machine === program.machine && inspection.elf.bits === program.bits)
      return { path, elf: inspection.elf }
  }
  return undefined
}

function directoriesOf(path: string | undefined, origin: string): readonly string[] {
  return (path ?? '')
    .split(':')
    .filter((each) => each !== '')
    .map((each) =>
      each
        .replace(/\$(?:ORIGIN\b|\{ORIGIN\})/g, () => origin)
        .replace(/\$(?:LIB\b|\{LIB\})/g, 'lib/x86_64-linux-gnu'),
    )
}

/** Maps a path of the container to its path during staging. */
function locator({ root, files }: SourceProgram, { mounts }: LibraryPlaces) {
  const own = new Set(files)
  return (path: string): string | undefined => {
    const normal = posix.normalize(path)
    const inHome = posix.relative(HOME, normal)
    if (own.has(inHome)) return join(root, inHome)
    const [at, staged] = [...mounts].find(([each]) => normal.startsWith(`${each}/`)) ?? []
    if (at === undefined || staged === undefined) return undefined
    const file = join(staged, normal.slice(at.length))
    return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined
  }
}
