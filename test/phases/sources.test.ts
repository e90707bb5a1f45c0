import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { Staging } from '../support/staging.ts'

let staging: Staging
afterEach(() => staging.remove())

/** An archive outside of the app, with one program in it. */
function archive(): { uri: string; sha256: string } {
  const folder = join(staging.root, 'upstream')
  mkdirSync(folder)
  writeFileSync(join(folder, 'collector'), '#!/bin/sh\nexec sleep 9\n', { mode: 0o755 })
  execFileSync('tar', ['-czf', join(folder, 'a.tgz'), '-C', folder, 'collector'])
  const sha256 = createHash('sha256')
    .update(readFileSync(join(folder, 'a.tgz')))
    .digest('hex')
  return { uri: pathToFileURL(join(folder, 'a.tgz')).href, sha256 }
}

describe('bits by URI', () => {
  it('are verified, unpacked and started', async () => {
    staging = new Staging()
    const { uri, sha256 } = archive()
    staging.write(staging.app, {
      'sidecars.yml': `sidecars:\n  - {name: otel, source: {uri: "${uri}", sha256: ${sha256.toUpperCase()}}}\n`,
    })
    await staging.supply()
    expect(staging.read('deps/0/sidecars/otel/collector')).toContain('exec sleep 9')
    expect(staging.read('deps/0/start/otel')).toContain('/collector')
  })

  it('are refused with a wrong sum, and nothing of them stays', async () => {
    staging = new Staging()
    const { uri } = archive()
    staging.write(staging.app, {
      'sidecars.yml': `sidecars:\n  - {name: otel, source: {uri: "${uri}", sha256: ${'0'.repeat(64)}}}\n`,
    })
    await expect(staging.supply()).rejects.toThrow(/sha256|SHA-256/i)
    expect(existsSync(join(staging.deps, '0/sidecars/otel'))).toBe(false)
  })
})

describe('bits by dependency', () => {
  it("come from the buildpack's manifest.yml, the newest that matches", async () => {
    staging = new Staging()
    const { uri, sha256 } = archive()
    const entry = (version: string) =>
      `- {name: otel, version: ${version}, uri: "${uri}", sha256: ${sha256}, cf_stacks: [cflinuxfs4]}\n`
    staging.write(staging.buildpack, {
      'manifest.yml': `language: sidecar\ndependencies:\n${entry('1.2.0')}${entry('1.10.0')}${entry('2.0.0')}`,
    })
    staging.write(staging.app, {
      'sidecars.yml': 'sidecars:\n  - {name: otel, source: {dependency: otel, version: 1.x}}\n',
    })
    await staging.supply()
    expect(staging.exists('deps/0/sidecars/otel/collector')).toBe(true)
    expect(staging.lines.join('')).toContain('1.10.0')
  })

  it('list what there is when nothing matches', async () => {
    staging = new Staging()
    const { uri, sha256 } = archive()
    staging.write(staging.buildpack, {
      'manifest.yml': `language: sidecar\ndependencies:\n- {name: otel, version: 1.2.0, uri: "${uri}", sha256: ${sha256}, cf_stacks: [cflinuxfs4]}\n`,
    })
    staging.write(staging.app, {
      'sidecars.yml': 'sidecars:\n  - {name: otel, source: {dependency: otel, version: 2.x}}\n',
    })
    expect(await staging.refusal()).toEqual([expect.stringContaining('1.2.0')])
  })
})
