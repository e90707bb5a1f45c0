// What these files load by `await import('./…')` becomes a bundle of its own, which is only read when it is needed: the
// HTTP client, the archive formats, what is Java, each command of the command line would cost every start their parsing.
// Such a part holds copies of what it imports: it throws plain errors or `InputError` (told by its shape), and reports
// to the `Problems` it is given.
import { join, relative, sep } from 'node:path'

const LOADING_LATE = ['sources', 'phases', join('cli', 'main.ts'), join('cli', 'commands', 'index.ts')]

/** @param root of the checkout @param found is filled with name → entry point */
export function lazyParts(root, found) {
  return {
    name: 'lazy-parts',
    setup(build) {
      build.onResolve({ filter: /^\.\.?\// }, ({ kind, path, importer, resolveDir }) => {
        const from = relative(join(root, 'src'), importer)
        const loadsLate = LOADING_LATE.some((place) => from === place || from.startsWith(place + sep))
        const isLazy = kind === 'dynamic-import' && loadsLate
        if (!isLazy) return undefined
        const entry = relative(root, join(resolveDir, path))
        const name = `lazy-${relative('src', entry).replace(/\.ts$/, '').replaceAll(/[/\\]/g, '-')}`
        found.set(name, entry)
        return { path: `./${name}.cjs`, external: true }
      })
    },
  }
}
