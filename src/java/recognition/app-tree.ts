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

export interface AppTreeEntry {
  readonly name: string
  readonly isFolder: boolean
}

export function appTree(view: AppView): AppTree {
  const { files, folders } = view.paths()
  return treeOf(view, new Map(files.map((each) => [each, each])), emptyOf(files, folders))
}

/** @param files from the path in this tree to the path in the app */
function treeOf(view: AppView, files: ReadonlyMap<string, string>, empty: readonly string[]): AppTree {
  const entries = new Map<string, Map<string, boolean>>()
  for (const path of files.keys()) addTo(entries, path, false)
  for (const path of empty) addTo(entries, path, true)
  const list = (folder: string) =>
    [...(entries.get(folder) ?? [])]
      .map(([name, isFolder]) => ({ name, isFolder }))
      .sort((one, other) => (one.name < other.name ? -1 : 1))
  const origin = (path: string) => files.get(path)
  return {
    list,
    has: (path) => files.has(path) || entries.has(path),
    isFolder: (path) => entries.has(path),
    filesEnding: (suffix, { hidden = false } = {}) =>
      [...files.keys()]
        .filter((each) => each.endsWith(suffix) && (hidden || !/(?:^|\/)\./.test(each)))
        .sort(),
    readText: (path) => {
      const at = origin(path)
      return at === undefined ? undefined : view.readText(at)
    },
    manifestOf: async (path) => {
      const at = origin(path)
      return at === undefined ? undefined : view.manifestOf(at)
    },
    without: (paths) => {
      const kept = [...files].filter(([path]) => !isBelow(path, paths))
      return treeOf(
        view,
        new Map(kept),
        empty.filter((each) => !isBelow(each, paths)),
      )
    },
    moved: (from, to) => {
      const place = (path: string) =>
        path === from ? to : path.startsWith(`${from}/`) ? to + path.slice(from.length) : path
      return treeOf(view, new Map([...files].map(([path, at]) => [place(path), at])), empty.map(place))
    },
  }
}

function addTo(entries: Map<string, Map<string, boolean>>, path: string, isFolder: boolean): void {
  if (isFolder && !entries.has(path)) entries.set(path, new Map())
  const slash = path.lastIndexOf('/')
  const parent = path.slice(0, Math.max(slash, 0))
  const isNew = !entries.has(parent)
  const names = entries.get(parent) ?? new Map<string, boolean>()
  entries.set(parent, names.set(path.slice(slash + 1), isFolder))
  if (isNew && parent !== '') addTo(entries, parent, true)
}

function emptyOf(files: readonly string[], folders: readonly string[]): readonly string[] {
  const filled = new Set<string>()
  for (const path of [...files, ...folders]) filled.add(path.slice(0, Math.max(path.lastIndexOf('/'), 0)))
  return folders.filter((each) => !filled.has(each))
}

function isBelow(path: string, paths: ReadonlySet<string>): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1))
    if (paths.has(path.slice(0, end))) return true
  return false
}
