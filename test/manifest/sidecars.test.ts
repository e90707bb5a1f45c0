import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { checkAgainstManifest } from '../../src/inspect/manifest-rules.ts'
import { readAppManifest } from '../../src/manifest/app-manifest.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'

const MANIFEST = `applications:
  - name: a
    memory: 1G
    sidecars:
      - {name: theirs, process_types: [web], command: java -jar theirs.jar, memory: 64M}
`

function said(sidecarsYml: string): readonly string[] {
  const appDir = mkdtempSync(join(tmpdir(), 'manifest-rules-'))
  writeFileSync(join(appDir, 'sidecars.yml'), sidecarsYml)
  const problems = new Problems()
  const { configuration } = readConfiguration({ appDir, env: {} }, problems)
  rmSync(appDir, { recursive: true })
  const manifest = readAppManifest(MANIFEST, 'manifest.yml', problems)
  problems.throwIfErrors()
  if (!manifest) throw new Error('no manifest')
  checkAgainstManifest(configuration, { manifest }, problems)
  return problems.sorted().map((each) => `${each.severity}: ${describeProblem(each)}`)
}

const ours = (keys: string, type = 'web') =>
  said(`sidecars: [{name: ours, process_types: [${type}], command: ./ours, memory: 64M${keys}}]`)

describe('a sidecar of the app manifest, which at its start looks like the app', () => {
  it.each([
    [', app_env: {A: b}', 'app_env'],
    [', proxy: true', "the app's port"],
    [', wait_for: {port: 8082}', 'the wait'],
    [', app_env: {A: b}, wait_for: {port: 8082}', 'app_env, the wait'],
  ])('is warned of beside one of ours with%s', (keys, what) => {
    expect(ours(keys)).toEqual([
      'warning: manifest.yml:5:9: sidecar theirs of the app manifest cannot be told from the app at its start, ' +
        `so it gets the app's settings too (${what}); move it into sidecars.yml`,
    ])
  })

  it('causes a warning when agents, libraries or options go to the app', () => {
    const java = 'java: {options: ["-Dx=1"], libraries: [{source: {path: a.jar}}]}'
    expect(said(java)).toEqual([
      expect.stringContaining('(JAVA_OPTS with agents and options, CLASSPATH with libraries)'),
    ])
  })

  it('is fine where nothing reaches the app: its memory stays its own', () => {
    expect(ours('')).toEqual([])
    expect(ours(', app_env: {A: b}', 'worker')).toEqual([])
  })
})
