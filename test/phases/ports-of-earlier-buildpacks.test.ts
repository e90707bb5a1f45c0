import { afterEach, describe, expect, it } from 'vitest'
import { Staging } from '../support/staging.ts'

let staging: Staging | undefined
afterEach(() => staging?.remove())

/** Where the app listens behind a proxy of the second buildpack, next to sidecar `a` of the first. */
async function appPortBeside(sidecar: string): Promise<number> {
  const app = { 'sidecars.yml': `sidecars:\n  - {name: a, ${sidecar}}\n`, 'tool/run': '#!/bin/sh\n' }
  staging = new Staging(app, ['0', '1'])
  const vendor = staging.layOutBuildpack('1'.repeat(32))
  const carried = 'sidecars:\n  - {name: front, command: y, proxy: true}\n'
  staging.write(vendor, { 'config/sidecars.yml': carried })
  await staging.supply()
  await staging.supply({ index: '1', buildpackDir: vendor })
  const [, offset] = /__port % 55000 \+ (\d+)/.exec(staging.read('deps/1/start/front')) ?? []
  const port = 8080 + Number(offset)
  expect(staging.read('deps/1/config.yml')).toContain(`\\"number\\":${port}`)
  return port
}

describe('the port behind a proxy of a later buildpack of ours', () => {
  it.each([
    ['wait_for', 'command: x, wait_for: {port: 18080}', 18_081],
    ['a bare command', 'command: x --port 18080', 18_081],
    ['args', 'source: {path: tool}, args: [--port, "18080"]', 18_081],
    ['nothing', 'command: x', 18_080],
  ])('is not that of an earlier one: %s', async (_, sidecar, expected) => {
    expect(await appPortBeside(sidecar)).toBe(expected)
  })
})
