// The Node.js that the packaged buildpack carries, fetched and checked as packaging does it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** @returns {Promise<string>} the path of the binary, kept in .cache */
export async function carriedNode() {
  const scratch = mkdtempSync(join(tmpdir(), 'carried-node-'))
  try {
    const { obtainNode } = await source('src/packaging/package/node-runtime.ts')
    const request = {
      root: scratch,
      keep: join(root, '.cache'),
      env: process.env,
      say: (line) => console.error(line),
    }
    return (await obtainNode(request, scratch)).binary
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** The code caches that packaging makes, as zip entries with their bytes. */
export async function codeCachesFor(packaged, node, scratch) {
  const { codeCaches } = await source('src/packaging/package/code-caches.ts')
  return codeCaches(packaged, node, scratch)
}

/** Imports a module of the project's sources. */
async function source(entry) {
  const bundled = await build({
    entryPoints: [join(root, entry)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    packages: 'external',
  })
  const module = join(root, 'node_modules', `.bench-${basename(entry)}.mjs`)
  writeFileSync(module, bundled.outputFiles[0].text)
  return import(pathToFileURL(module).href)
}
