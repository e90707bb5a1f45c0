import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { temporaryFolder } from '../support/files.ts'
import { linuxNode } from '../support/linux-node.ts'

let temp: string

beforeEach(() => {
  temp = temporaryFolder({}, 'package command ')
  mkdirSync(join(temp, 'acme'))
  writeFileSync(join(temp, 'acme/agent'), '#!/bin/sh\n')
  writeFileSync(join(temp, 'acme/sidecars.yml'), 'sidecars:\n  - {name: agent, source: {path: agent}}\n')
  writeFileSync(join(temp, 'node'), linuxNode())
})

async function command(...args: string[]) {
  const out: string[] = []
  const err: string[] = []
  const status = await main(args, {
    env: { HOME: temp },
    cwd: temp,
    out: (text) => void out.push(String(text)),
    err: (text) => void err.push(String(text)),
    isTerminal: false,
  })
  return { status, out: out.join(''), err: err.join('') }
}

describe('sidecar-buildpack package', () => {
  it('takes --version as the package’s version and writes the zip into the current directory', async () => {
    const { status, out } = await command(
      'package',
      '--sidecars',
      'acme',
      '--version',
      '1.2.3',
      '--node',
      'node',
    )
    expect(status).toBe(0)
    expect(out).toContain('acme_buildpack-v1.2.3.zip: acme 1.2.3')
    expect(out).toContain('a Node.js that is not the pinned one')
    expect(readdirSync(temp)).toContain('acme_buildpack-v1.2.3.zip')
  })

  it('prints the result as JSON', async () => {
    const { status, out } = await command(
      'package',
      '--sidecars',
      'acme',
      '--node',
      'node',
      '--json',
      '-o',
      'a.zip',
    )
    expect(status).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      file: join(temp, 'a.zip'),
      version: '0.1.0',
      node: { pinned: false },
    })
  })

  it('ends with status 1, and line and column of each problem', async () => {
    writeFileSync(join(temp, 'acme/sidecars.yml'), 'sidecars:\n  - {name: agent, source: {path: nothere}}\n')
    const { status, err } = await command('package', '--sidecars', 'acme', '--node', 'node')
    expect(status).toBe(1)
    expect(err).toMatch(/^error: sidecars\.yml:2:\d+: .*nothere/m)
  })

  it('ends with 2 for an invalid size, and for an unknown option', async () => {
    const much = await command('package', '--max-size', 'much')
    expect(much.err).toContain('Use for example 512M or 1G.')
    expect(much.status).toBe(2)
    const { status, err } = await command('package', '--cache')
    expect(status).toBe(2)
    expect(err).toContain('--cached')
  })
})
