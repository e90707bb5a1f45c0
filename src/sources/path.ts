/** `source: {path: …}`: a file or directory of the app, or of the buildpack that includes the sidecar. */
import { accessSync, constants, lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, posix, sep } from 'node:path'
import type { Source } from '../config/sidecar.ts'
import { nearest } from '../problems/nearest.ts'
import { Problems } from '../problems/problems.ts'
import { attempt } from '../system/attempt.ts'
import { kindName, readFailure } from '../system/foreign-file.ts'
import { copyTree } from './copy.ts'
import { checkExecutable, chooseExecutable } from './executable.ts'
import type { CheckedSource, PlacedExecutable, SourceContext, SourceRequest } from './source.ts'
import { fileEntry, listTree, type TreeEntry } from './tree.ts'

type PathSource = Extract<Source, { kind: 'path' }>
export type PathRequest = SourceRequest & { readonly source: PathSource }

/** Checks without writing. @returns undefined when an error was reported */
export async function checkPath(
  request: PathRequest,
  context: SourceContext,
  problems: Problems,
): Promise<CheckedSource | undefined> {
  const own = new Problems()
  const found = locate(request, context, own)
  const check = found?.stats.isDirectory() ? checkFolder : checkFile
  const files =
    found &&
    (await check(found, request, context, own).catch((thrown) => reportUnreadable(thrown, request, own)))
  problems.add(own.sorted())
  if (!files || own.hasErrors) return undefined
  return { request, place: (into) => copyTree({ ...files, into }) }
}

interface Found {
  /** Its path, which may contain links. */
  readonly said: string
  /** Its real path. */
  readonly real: string
  /** Real path of the app or the buildpack. */
  readonly home: string
  readonly stats: Stats
}

interface CheckedFiles {
  readonly root: string
  readonly within: string
  readonly entries: readonly TreeEntry[]
  readonly executable?: PlacedExecutable
}

/**
 * Resolves the source's path and makes sure that it is inside the app (or the buildpack), through links as well.
 * (`realpathSync.native`, because plain `realpathSync` resolves `link/..` to the directory that contains the link.)
 */
function locate(request: PathRequest, context: SourceContext, problems: Problems): Found | undefined {
  const { path } = request.source
  const home = homeOf(request, context)
  const error = (what: string, instead?: string): undefined =>
    void problems.error(request.source.place, `${JSON.stringify(path)} ${what}`, instead)
  const normal = posix.normalize(path.replaceAll('\\', sep === '\\' ? '/' : '\\'))
  if (isAbsolute(path) || normal === '..' || normal.startsWith('../')) {
    return error(`is outside ${home.name}`, `use a path inside ${home.name}, relative to its root`)
  }
  if (normal.includes('\0')) return error('contains a NUL character')
  try {
    const root = realpathSync.native(home.directory)
    const real = realpathSync.native(join(root, normal))
    if (real === root) return error(`is all of ${home.name}`, 'use the file or directory of the sidecar')
    if (!real.startsWith(root + sep))
      return error(`is outside ${home.name}, through a link`, 'copy the file there')
    const stats = statSync(real)
    if (stats.isFile() || stats.isDirectory()) return { said: join(root, normal), real, home: root, stats }
    return error(`is ${kindName(stats)}`, 'use a file or a directory')
  } catch (thrown) {
    return error(...describeMissing(thrown, home.directory, normal, home.name))
  }
}

function homeOf({ origin }: PathRequest, { appDir }: SourceContext): { directory: string; name: string } {
  return origin.kind === 'app'
    ? { directory: appDir, name: 'the app' }
    : { directory: origin.directory, name: `the buildpack ${origin.name}` }
}

/** The file keeps the name in `path`, even if that is a link to a file with another name. */
async function checkFile(
  { said, home: within, stats }: Found,
  request: PathRequest,
  context: SourceContext,
  problems: Problems,
): Promise<CheckedFiles | undefined> {
  const root = dirname(said)
  const file = basename(said)
  const entries: readonly TreeEntry[] = [fileEntry(file, stats)]
  if (request.source.executable !== undefined && request.source.executable !== file) {
    problems.error(
      request.source.place,
      `${JSON.stringify(request.source.path)} is a file, so \`executable\` has no meaning`,
      'remove `executable`',
    )
    return undefined
  }
  const executable = await checkExecutable({ root, files: [file], file }, request, context.stack, problems)
  return { root, within, entries, ...(executable && { executable }) }
}

async function checkFolder(
  { real: root }: Found,
  request: PathRequest,
  context: SourceContext,
  problems: Problems,
): Promise<CheckedFiles | undefined> {
  const name = posix.normalize(request.source.path).replace(/\/$/, '')
  const entries = listTree(root)
  if (!canBeCopied(entries, root, request, problems)) return undefined
  const files = entries.filter((each) => isFile(each, root)).map((each) => each.path)
  const choice = { root, files, name: JSON.stringify(name) }
  const executable = await chooseExecutable(choice, request, context.stack, problems)
  return { root, within: root, entries, ...(executable && { executable }) }
}

function isFile(entry: TreeEntry, root: string): boolean {
  if (entry.kind === 'file') return true
  return (
    entry.kind === 'link' && statSync(join(root, entry.path), { throwIfNoEntry: false })?.isFile() === true
  )
}

/** Reports special files, and links that lead out of the directory. */
function canBeCopied(
  entries: readonly TreeEntry[],
  root: string,
  request: PathRequest,
  problems: Problems,
): boolean {
  for (const entry of entries) {
    const path = JSON.stringify(posix.join(request.source.path, entry.path))
    if (entry.kind === 'special') {
      problems.error(request.source.place, `${path} is ${entry.what}`, 'remove it from the directory')
    } else if (entry.kind === 'link' && !leadsInside(root, entry.path, entry.target)) {
      const what = `${path} is a link to ${JSON.stringify(entry.target)}, out of the directory`
      problems.error(request.source.place, what, 'copy the file there')
    } else if (entry.kind === 'file') accessSync(join(root, entry.path), constants.R_OK)
  }
  return !problems.hasErrors
}

/** Whether the link's text stays inside, and also its real target if that exists. */
function leadsInside(root: string, path: string, target: string): boolean {
  const said = posix.normalize(posix.join(posix.dirname(path), target))
  if (isAbsolute(target) || said === '..' || said.startsWith('../')) return false
  try {
    const real = realpathSync.native(join(root, path))
    return real === root || real.startsWith(root + sep)
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ENOENT'
  }
}

/** @throws the error when it is not the system's */
function reportUnreadable(thrown: unknown, request: PathRequest, problems: Problems): undefined {
  const { code, path } = thrown as NodeJS.ErrnoException
  if (code === undefined) throw thrown
  // Node.js decodes names as UTF-8, so it cannot open a file whose name is not valid UTF-8.
  if (code === 'ENOENT' && path?.includes('\ufffd')) {
    const what = `${JSON.stringify(request.source.path)} contains a file whose name is not UTF-8, ${JSON.stringify(basename(path))}`
    problems.error(request.source.place, what, 'rename the file, or remove it from the directory')
    return
  }
  problems.error(
    request.source.place,
    `${JSON.stringify(request.source.path)} ${readFailure(thrown)}`,
    `look at ${path ? basename(path) : 'it'}`,
  )
}

/** The problem and the remedy for a path that cannot be resolved. */
function describeMissing(thrown: unknown, home: string, path: string, homeName: string): [string, string?] {
  const { code } = thrown as NodeJS.ErrnoException
  if (code === 'ELOOP') return ['is a circular link', 'copy the file there']
  if (code === 'ENAMETOOLONG') return ['is longer than a path can be']
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return [readFailure(thrown)]
  if (code === 'ENOENT' && lstatSync(join(home, path), { throwIfNoEntry: false })?.isSymbolicLink()) {
    return ['is a broken link', 'copy the file there']
  }
  const near = nearest(path, filesNear(home))
  return [
    `is not in ${homeName}`,
    near.length > 0
      ? `did you mean ${near.map((each) => JSON.stringify(each)).join(' or ')}?`
      : `use a path relative to the root of ${homeName}`,
  ]
}

const MAX_LISTED = 5000

/** Files and directories of the app for suggestions, those near the root first; not all of them in a large app. */
function filesNear(root: string): readonly string[] {
  const found: string[] = []
  const folders = ['']
  while (folders.length > 0 && found.length < MAX_LISTED) {
    const folder = folders.shift() ?? ''
    // A directory that cannot be listed gives no suggestions.
    for (const entry of attempt(() => readdirSync(join(root, folder), { withFileTypes: true })) ?? []) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      found.push(path)
      if (entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== '.git') folders.push(path)
    }
  }
  return found
}
