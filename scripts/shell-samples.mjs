// Samples of the shell code that staging generates. A generator has a file `….shell-samples.ts` beside its tests, which exports
// `samples`: [{ name, shell: 'bash' | 'sh', text }].
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

/** @param {string} file */
export const isShellSamples = (file) => file.endsWith('.shell-samples.ts')

/**
 * @param {string} root folder of the repository
 * @param {readonly string[]} files relative to it, `….shell-samples.ts`
 * @returns {Promise<{ name: string, shell: string, text: string }[]>}
 */
export async function generatedShellTexts(root, files) {
  const outdir = mkdtempSync(join(tmpdir(), 'shell-samples-'))
  try {
    const texts = []
    for (const [index, file] of files.entries()) {
      const outfile = join(outdir, `${index}.mjs`)
      await build({
        absWorkingDir: root,
        entryPoints: [file],
        outfile,
        bundle: true,
        platform: 'node',
        format: 'esm',
        loader: { '.bash': 'text', '.awk': 'text', '.pl': 'text' },
        define: { BUILDPACK_VERSION: '"0.0.0"' },
        logLevel: 'warning',
      })
      const { samples } = await import(pathToFileURL(outfile).href)
      for (const { name, shell, text } of samples) texts.push({ name: `${file}: ${name}`, shell, text })
    }
    return texts
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}
