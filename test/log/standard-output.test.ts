import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { expect, it } from 'vitest'

it('writes all of a long text to a pipe that does not block and is read slowly', async () => {
  const temp = mkdtempSync(join(tmpdir(), 'standard-output-'))
  const [bundle] = buildSync({
    stdin: {
      contents: `import { writeOut } from './src/log/standard-output.ts'
        process.stdout._handle.setBlocking(false)
        writeOut(1, 'ä'.repeat(1_000_000))`,
      resolveDir: join(import.meta.dirname, '../..'),
    },
    bundle: true,
    platform: 'node',
    write: false,
  }).outputFiles
  const script = join(temp, 'script.cjs')
  writeFileSync(script, bundle?.text ?? '')
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((done) => setTimeout(done, 300))
  let text = ''
  for await (const piece of child.stdout.setEncoding('utf8')) text += piece
  rmSync(temp, { recursive: true })
  expect(text === 'ä'.repeat(1_000_000)).toBe(true)
})
