import type { AppView } from './app-view.ts'

/** An app whose files are in two places: files of `upper` replace those of `lower` with the same path. */
export function layeredView(upper: AppView, lower: AppView): AppView {
  const isInUpper = new Set(upper.paths().files)
  const of = (path: string) => (isInUpper.has(path) ? upper : lower)
  return {
    paths: () => {
      const [below, above] = [lower.paths(), upper.paths()]
      return {
        files: [...new Set([...below.files, ...above.files])],
        folders: [...new Set([...below.folders, ...above.folders])],
      }
    },
    manifestOf: (jar) => of(jar).manifestOf(jar),
    classesOf: (jar) => of(jar).classesOf(jar),
    readText: (path) => of(path).readText(path),
    sizeOf: (path) => of(path).sizeOf(path),
  }
}
