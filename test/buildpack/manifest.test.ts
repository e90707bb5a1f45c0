import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseManifest, readManifest } from '../../src/buildpack/manifest.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'

const SUM = 'AB'.repeat(32)

function parsed(text: string) {
  const problems = new Problems()
  return {
    manifest: parseManifest(text, 'manifest.yml', problems),
    said: problems.sorted().map(describeProblem),
  }
}

it('is read in the form that libbuildpack reads, notes of other tools passed over', () => {
  const { manifest, said } = parsed(`
language: sidecar
default_versions: [{name: otelcol, version: 0.x}]
dependencies:
- {name: otelcol, version: 0.110, uri: 'https://h/o.tgz', sha256: ${SUM}, cf_stacks: [cflinuxfs4], source: 'https://h', file: dependencies/1/o.tgz}
dependency_deprecation_dates:
- {version_line: 0.x, name: otelcol, date: 2026-12-31, link: 'https://h/eol'}
include_files: [README.md]
`)
  expect(said).toEqual([])
  expect(manifest.dependencies[0]).toMatchObject({
    version: '0.110',
    sha256: SUM.toLowerCase(),
    stacks: ['cflinuxfs4'],
    file: 'dependencies/1/o.tgz',
    place: { line: 5, column: 3 },
  })
  expect(manifest.defaultVersions[0]).toMatchObject({ name: 'otelcol', version: '0.x' })
  expect(manifest.deprecations[0]).toEqual({
    name: 'otelcol',
    versionLine: '0.x',
    date: new Date('2026-12-31T00:00:00Z'),
    link: 'https://h/eol',
  })
})

it('of a buildpack for one stack names it once', () => {
  const { manifest } = parsed(
    `stack: cflinuxfs5\ndependencies:\n- {name: a, version: 1, uri: 'file:///a', sha256: ${SUM}}\n`,
  )
  expect(manifest.dependencies[0]?.stacks).toEqual(['cflinuxfs5'])
})

it('reports every problem with its place', () => {
  expect(
    parsed(`
dependencies:
- {name: a, uri: 'ftp://h/a', version: 1, sha256: ${SUM}}
- {name: b, uri: 'https://h/b', version: 1, sha256: abc}
- {name: c, version: [1], uri: 'https://h/c', sha256: ${SUM}, cf_stacks: all}
- text
default_versions: 1.x
dependency_deprecation_dates:
- {version_line: 1.x, name: a, date: soon}
`).said,
  ).toEqual([
    'manifest.yml:3:18: uri of a 1 is not an http, https or file URI',
    'manifest.yml:4:53: sha256 of b 1 is not a SHA-256 checksum; use the 64 hex digits that sha256sum prints',
    'manifest.yml:5:22: version must be a string',
    expect.stringMatching(/^manifest.yml:5:\d+: cf_stacks must be a list of strings$/),
    'manifest.yml:6:3: each item of dependencies must be a map',
    'manifest.yml:7:19: default_versions must be a list',
    'manifest.yml:9:38: soon is not a valid date; use the form 2026-12-31',
  ])
  expect(parsed(`dependencies: [{name: a, uri: 'FILE://h/a', version: 1, sha256: ${SUM}}]`).said).toEqual([
    'manifest.yml:1:31: uri of a 1 has the host h; write file:///…, or https://… for another machine',
  ])
  expect(parsed('[]').said).toEqual(["manifest.yml:1:1: a buildpack's manifest must be a map"])
  expect(parsed('dependencies:\n- {name: a}').said).toEqual([
    'manifest.yml:2:3: this dependency has no version',
    'manifest.yml:2:3: this dependency has no uri',
    'manifest.yml:2:3: this dependency has no sha256',
  ])
})

it('may be missing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'manifest-'))
  const problems = new Problems()
  expect(readManifest(folder, problems).dependencies).toEqual([])
  expect(problems.hasErrors).toBe(false)
  rmSync(folder, { recursive: true })
})
