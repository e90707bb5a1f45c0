import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runScript } from '../../../src/lifecycle/staging/script.ts'
import { temporaryFolder } from '../../support/files.ts'

const folder = temporaryFolder()
const pipes = mkdtempSync(join(folder, 'pipes-'))

async function run(text: string, env: Readonly<Record<string, string>> = { PATH: '/usr/bin:/bin' }) {
  const file = join(folder, 'script')
  writeFileSync(file, text, { mode: 0o755 })
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
  const failure = await runScript(file, ['x'], (chunk) => stdout.push(chunk), {
    env,
    cwd: folder,
    stderr: (chunk) => stderr.push(chunk),
    pipes,
  })
  return { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), failure }
}

describe('a script of a buildpack', () => {
  test('may open /dev/stdout and /dev/stderr, and leaves no pipe behind', async () => {
    const told = await run('#!/bin/bash\necho out > /dev/stdout\necho err | tee /dev/stderr\n')
    expect(told).toEqual({ stdout: 'out\nerr\n', stderr: 'err\n', failure: undefined })
    expect(readdirSync(pipes)).toEqual([])
  })

  test('whose environment is too large is reported with the message of the platform', async () => {
    const { failure } = await run('#!/bin/bash\n', { BIG: 'x'.repeat(200_000) })
    expect(failure).toMatch(/^fork\/exec .*: argument list too long$/)
  })
})
