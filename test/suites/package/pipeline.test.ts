/** Several packaged buildpacks of ours in one pipeline: overrides, locked sidecars, clashes, and the memory of all. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppRun } from '../../support/app-run.ts'
import { goBuild, sidecarBuildpack } from '../../support/command-line.ts'
import { freePort } from '../../support/free-port.ts'
import { lacks } from '../../support/programs.ts'

const missing = lacks('go', 'golang-go')
const SLEEPER = '#!/bin/sh\necho "$0 logs at $LEVEL"\nexec sleep 1000\n'

let temp: string
const zips = { ours: '', acme: '', beta: '' }

beforeAll(async () => {
  if (missing) return
  temp = mkdtempSync(join(tmpdir(), 'pipeline-'))
  goBuild('answerer', join(temp, 'answerer'))
  zips.ours = await packaged('ours')
  zips.acme = await packaged(
    'acme',
    `sidecars:
  - {name: agent, memory: 32M, source: {path: run}, env: {LEVEL: info, KEPT: "yes"}}
  - {name: guard, memory: 8M, source: {path: run}, locked: true}
`,
  )
  zips.beta = await packaged('beta', 'sidecars:\n  - {name: shipper, memory: 16M, source: {path: run}}\n')
})
afterAll(() => {
  if (temp) rmSync(temp, { recursive: true, force: true })
})

/** A zip: this buildpack's own, or one of a maker's `sidecars.yml`. */
async function packaged(name: string, sidecars?: string): Promise<string> {
  const zip = join(temp, `${name}.zip`)
  const folder = join(temp, name)
  if (sidecars !== undefined) {
    mkdirSync(folder)
    writeFileSync(join(folder, 'sidecars.yml'), sidecars)
    writeFileSync(join(folder, 'run'), SLEEPER, { mode: 0o755 })
  }
  const own = sidecars === undefined ? [] : ['--sidecars', folder]
  const { status, stderr } = await sidecarBuildpack(['package', '-o', zip, ...own])
  if (status !== 0) throw new Error(stderr)
  return zip
}

/** The answerer, which shows its memory limit, with a configuration, through buildpacks in an order. */
async function staged(sidecarsYml: string, order: readonly (keyof typeof zips)[]) {
  const root = mkdtempSync(join(temp, 'app-'))
  const app = join(root, 'app')
  mkdirSync(app)
  cpSync(join(temp, 'answerer'), join(app, 'answerer'))
  writeFileSync(join(app, 'Procfile'), 'web: ./answerer env MEMORY_LIMIT\n')
  writeFileSync(join(app, 'sidecars.yml'), sidecarsYml)
  const out = join(root, 'staged')
  const buildpacks = order.flatMap((name) => ['-b', `${name}_buildpack=${zips[name]}`])
  const { status, stdout, stderr } = await sidecarBuildpack(['stage', app, '-o', out, ...buildpacks])
  const said = stdout + stderr
  return { status, said, sidecars: sidecarsOf(said), droplet: join(out, 'droplet.tgz') }
}

/** Names and memory, as the buildpacks tell them. */
function sidecarsOf(said: string) {
  return Object.fromEntries(
    [...said.matchAll(/^ +Sidecar "(\w+)" added to process web \((\w+)\)$/gm)].map(([, name, memory]) => [
      name,
      memory,
    ]),
  )
}

describe.skipIf(missing)(`packaged buildpacks${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const MINE = '  - {name: mine, memory: 64M, command: "exec sleep 1000"}\n'

  it('overrides are taken by who carries the sidecar, and memory is subtracted once', async () => {
    const overrides = `sidecars:
${MINE}  - {name: agent, memory: 48M, env: {LEVEL: debug}}
  - {name: shipper, enabled: false}
`
    const { said, sidecars, droplet } = await staged(overrides, ['acme', 'beta', 'ours'])
    expect(sidecars, said).toEqual({ mine: '64M', agent: '48M', guard: '8M' })
    expect(said).not.toContain('WARNING')
    const port = await freePort()
    const running = new AppRun(droplet, '--port', String(port), '--memory', '1G')
    try {
      await running.answers(`http://127.0.0.1:${port}/`)
      const limit = await (await fetch(`http://127.0.0.1:${port}/`)).text()
      expect(limit).toBe(`${1024 - 64 - 48 - 8}m`)
      expect(running.log).toMatch(/SIDECAR\/AGENT\/0\] OUT \S+ logs at debug/)
    } finally {
      await running.end()
    }
  })

  it.each([
    ['a locked sidecar is overridden', '{name: guard, memory: 16M}', /guard is locked by the buildpack acme/],
    [
      'a locked sidecar is disabled',
      '{name: guard, enabled: false}',
      /guard is locked by the buildpack acme/,
    ],
    ['a carried sidecar is declared anew', '{name: agent, memory: 1M, command: x}', /agent .*acme/],
  ])('refused, with both origins: %s', async (_, entry, message) => {
    const { status, said } = await staged(`sidecars:\n${MINE}  - ${entry}\n`, ['ours', 'acme'])
    expect(status).toBe(1)
    expect(said).toMatch(message)
    expect(said).toMatch(/sidecars\.yml:3:/)
  })

  it('refused: two buildpacks of one name carry the same sidecar', async () => {
    const { status, said } = await staged(`sidecars:\n${MINE}`, ['acme', 'acme', 'ours'])
    expect(status).toBe(1)
    expect(said).toMatch(/two buildpacks named acme declare the sidecar agent; .*; list only one of the two/)
  })

  it('an unused override causes one warning', async () => {
    const { status, said } = await staged(`sidecars:\n${MINE}  - {name: shiper, memory: 20M}\n`, [
      'beta',
      'ours',
    ])
    expect({ status, said }).toMatchObject({ status: 0 })
    expect(said.match(/WARNING.*/g)).toEqual([expect.stringMatching(/this entry overrides sidecar shiper/)])
  })
})
