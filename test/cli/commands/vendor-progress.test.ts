/** A slow download as a user sees it: a bar on a real terminal, no control characters in a pipe. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ownFolder } from '../../../src/buildpack/own-folder.ts'
import { serve, sha256, type TestServer } from '../../support/http-server.ts'

const PIECES = 8
const PIECE = Buffer.from(`#!/bin/sh\n${'#'.repeat(64 * 1024)}\n`)
const hasNoScript = spawnSync('script', ['--version']).status !== 0

let temp: string
let server: TestServer

beforeAll(async () => {
  temp = mkdtempSync(join(tmpdir(), 'vendor-progress-'))
  server = await serve((_asked, response) => {
    response.setHeader('content-length', PIECES * PIECE.length)
    let sent = 0
    const next = () => {
      if (sent++ === PIECES) response.end()
      else response.write(PIECE, () => setTimeout(next, 60))
    }
    next()
  })
})
afterAll(async () => {
  await server.close()
  rmSync(temp, { recursive: true, force: true })
})

/** Everything that is printed when the source of a new app is vendored. */
async function said(app: string, onTerminal: boolean): Promise<string> {
  const sum = sha256(Buffer.concat(Array.from({ length: PIECES }, () => PIECE)))
  mkdirSync(join(temp, app))
  writeFileSync(
    join(temp, app, 'sidecars.yml'),
    `sidecars:\n  - {name: a, source: {uri: "${server.url}/a.sh", sha256: ${sum}}}\n`,
  )
  const words = [process.execPath, join(ownFolder(), 'bin/sidecar-buildpack'), 'vendor', app]
  const [program = '', ...args] = onTerminal
    ? ['script', '-qec', words.map((word) => JSON.stringify(word)).join(' '), '/dev/null']
    : words
  const child = spawn(program, args, {
    cwd: temp,
    env: { PATH: process.env.PATH, TERM: 'xterm', XDG_CACHE_HOME: join(temp, `cache of ${app}`) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => texts.push(String(piece)))
  const status = await new Promise((done) => child.once('close', done))
  expect({ status, said: status === 0 ? '' : texts.join('') }).toEqual({ status: 0, said: '' })
  return texts.join('')
}

describe('a slow download', () => {
  it.skipIf(hasNoScript)(
    `draws a bar on a terminal and clears it${hasNoScript ? ' (skipped: there is no script)' : ''}`,
    async () => {
      const text = await said('terminal', true)
      const drawn = text.split('\r\x1b[K').slice(1)
      expect(drawn.length).toBeGreaterThan(2)
      expect(drawn[0]).toMatch(/^a\.sh \[#*\.+\] \d+ % of 0\.5 MiB$/)
      expect(drawn.at(-1)).toMatch(/^(?!a\.sh)/)
    },
  )

  it('prints no control characters into a pipe', async () => {
    const text = await said('pipe', false)
    expect(text).toContain('a.sh is now vendor/sidecars/a/a.sh')
    expect(text).not.toMatch(/[\r\x1b]/)
  })
})
