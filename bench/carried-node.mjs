// The Node.js that the packaged buildpack carries, fetched and checked as packaging does it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** @returns {Promise<string>} the path of the binary, kept in .cache */
export async function carriedNode() {
  const scratch = mkdtempSync(join(tmpdir(), 'carried-node-'))
  try {
    const entry = join(root, 'src/packaging/package/node-runtime.ts')
    const bundled = await build({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      format: 'esm',
      write: false,
      packages: 'external',
    })
    const module = join(root, 'node_modules', '.carried-node.mjs')
    writeFileSync(module, bundled.outputFiles[0].text)
    const { obtainNode } = await import(pathToFileURL(module).href)
    const { binary } = await obtainNode(
      { root: scratch, keep: join(root, '.cache'), env: process.env, say: (line) => console.error(line) },
      scratch,
    )
    return binary
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
