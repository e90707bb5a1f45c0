// What src/sources loads by `await import('./…')` becomes a bundle of its own, which is only read when it is needed:
// the HTTP client and the archive formats would cost every staging their parsing.
// Such a part holds copies of what it imports: it throws plain errors, and reports to the `Problems` it is given.
import { dirname, join, relative } from 'node:path'

/** @param root of the checkout @param found is filled with name → entry point */
export function lazyParts(root, found) {
  return {
    name: 'lazy-parts',
    setup(build) {
      build.onResolve({ filter: /^\.\.?\// }, ({ kind, path, importer, resolveDir }) => {
        const isLazy =
          kind === 'dynamic-import' && dirname(relative(root, importer)).startsWith(join('src', 'sources'))
        if (!isLazy) return undefined
        const entry = relative(root, join(resolveDir, path))
        const name = `lazy-${relative('src', entry).replace(/\.ts$/, '').replaceAll(/[/\\]/g, '-')}`
        found.set(name, entry)
        return { path: `./${name}.cjs`, external: true }
      })
    },
  }
}
