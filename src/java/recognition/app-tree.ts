/** The files of an app for recognition; files may be removed or moved, to compare the results. */
import type { AppView } from '../app-view.ts'

export interface AppTree {
  /** Sorted by bytes, like the listings of Go and Ruby. */
  list(folder: string): readonly AppTreeEntry[]
  /** Whether a file or a directory with this path exists. */
  has(path: string): boolean
  isFolder(path: string): boolean
  /** All files with this ending; those below a name that begins with a dot only on request. */
  filesEnding(suffix: string, options?: { readonly hidden?: boolean }): readonly string[]
  readText(path: string): string | undefined
  /** The text of a jar's manifest. */
  manifestOf(jar: string): Promise<string | undefined>
  /** Without these files and directories, and without directories that become empty. */
  without(paths: ReadonlySet<string>): AppTree
  /** With a file or directory moved to another path. */
  moved(from: string, to: string): AppTree
}

interface AppTreeEntry {
  readonly name: string
  readonly isFolder: boolean
}

export function appTree(view: AppView): AppTree {
  const { files, folders } = view.paths()
  const filled = foldersAbove([...files, ...folders])
  const empty = folders.filter((each) => !filled.has(each))
  return treeOf(view, files, empty, new Map())
}

/**
 * @param empty directories without anything
 * @param origins from the path in this tree to the path in the app, of files that were moved
 */
function treeOf(
  view: AppView,
  paths: readonly string[],
  empty: readonly string[],
  origins: ReadonlyMap<string, string>,
): AppTree {
  const files = new Set(paths)
  const folders = new Set([...empty, ...foldersAbove([...paths, ...empty])])
  const origin = (path: string) => (files.has(path) ? (origins.get(path) ?? path) : undefined)
  const list = (folder: string) => {
    const start = folder === '' ? '' : `${folder}/`
    const names = (all: Iterable<string>, isFolder: boolean) =>
      [...all]
        .filter((path) => path.startsWith(start) && !path.includes('/', start.length))
        .map((path) => ({ name: path.slice(start.length), isFolder }))
    return [...names(files, false), ...names(folders, true)].sort((one, other) =>
      one.name < other.name ? -1 : 1,
    )
  }
  return {
    list,
    has: (path) => files.has(path) || folders.has(path),
    isFolder: (path) => folders.has(path),
    filesEnding: (suffix, { hidden = false } = {}) =>
      paths.filter((each) => each.endsWith(suffix) && (hidden || !/(?:^|\/)\./.test(each))).sort(),
    readText: (path) => {
      const at = origin(path)
      return at === undefined ? undefined : view.readText(at)
    },
    manifestOf: async (path) => {
      const at = origin(path)
      return at === undefined ? undefined : view.manifestOf(at)
    },
    without: (some) => {
      const isKept = (path: string) => !isBelow(path, some)
      return treeOf(view, paths.filter(isKept), empty.filter(isKept), origins)
    },
    moved: (from, to) => {
      const place = (path: string) =>
        path === from ? to : path.startsWith(`${from}/`) ? to + path.slice(from.length) : path
      const moved = paths.filter((path) => place(path) !== path)
      const places = new Map(moved.map((path) => [place(path), origins.get(path) ?? path]))
      return treeOf(view, paths.map(place), empty.map(place), new Map([...origins, ...places]))
    },
  }
}

/** The directories that these are in, at any depth. */
function foldersAbove(paths: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>()
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end)
      if (folders.has(folder)) break
      folders.add(folder)
    }
  }
  return folders
}

function isBelow(path: string, paths: ReadonlySet<string>): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1))
    if (paths.has(path.slice(0, end))) return true
  return false
}
