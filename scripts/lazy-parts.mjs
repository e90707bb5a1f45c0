// Each file that is loaded by `await import('./…')` becomes a separate bundle. Node.js parses it only when it is needed: the
// HTTP client, the archive formats, the Java checks, the large parts of commands. Such a part contains copies of the
// modules it imports. So it throws plain errors or `InputError` (recognised by its shape), and reports to the `Problems`
// that it gets.
import { join, relative, sep } from 'node:path'
import { build } from 'esbuild'

const LOADING_LATE = [
  'sources',
  'phases',
  join('packaging', 'bundle'),
  join('cli', 'commands'),
  join('platform', 'stacks'),
]

/**
 * Bundles entry points (name → file) for Node.js, one CommonJS file each, and whatever they, and their parts, load late.
 * @param more further options of esbuild
 * @returns the metafiles
 */
export async function bundleWithLateParts(root, outdir, entryPoints, more = {}) {
  const parts = new Map()
  const options = {
    absWorkingDir: root,
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    supported: { 'dynamic-import': false },
    plugins: [lazyParts(root, parts), lateChildProcess],
    metafile: true,
    logLevel: 'warning',
    ...more,
  }
  const metafiles = [(await build({ ...options, entryPoints })).metafile]
  for (let done = new Set(); parts.size > done.size; ) {
    const next = Object.fromEntries([...parts].filter(([name]) => !done.has(name)))
    done = new Set([...done, ...Object.keys(next)])
    metafiles.push((await build({ ...options, entryPoints: next })).metafile)
  }
  return metafiles
}

/** commander loads node:child_process for subcommands that are programs of their own; no command here is one. */
const lateChildProcess = {
  name: 'late-child-process',
  setup(build) {
    build.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes(join('node_modules', 'commander'))
        ? { path: 'late', namespace: 'child-process' }
        : undefined,
    )
    build.onLoad({ filter: /^late$/, namespace: 'child-process' }, () => ({
      contents: `exports.spawn = (...args) => require('node:child_process').spawn(...args)`,
    }))
  },
}

/** @param root of the checkout @param found is filled with name → entry point */
function lazyParts(root, found) {
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
