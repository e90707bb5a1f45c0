import { describe, expect, it, test } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { checkAgainstManifest } from '../../src/inspect/manifest-rules.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { readAppManifest } from '../support/app-manifest.ts'
import { sidecar, types } from '../support/shell-droplet.ts'

function problemsOf(processes: string): readonly string[] {
  const problems = new Problems()
  const manifest = readAppManifest(
    `applications:\n- name: a\n  processes:\n${processes}`,
    'manifest.yml',
    problems,
  )
  const sidecars = [sidecar('auth', { proxy: { wait: true }, processTypes: types('web', 'worker') })]
  const java = { agents: [], libraries: [], options: [] }
  if (manifest) checkAgainstManifest({ sidecars, java, processes: [] }, { manifest }, problems)
  return problems.sorted().map(describeProblem)
}

test('a proxy of a process type that the manifest gives no port is an error', () => {
  const said = [
    'sidecars.yml:1:1: auth is a proxy of worker, to which the manifest gives no port (manifest.yml:4); leave worker out of process_types, or give it health-check-type: port',
  ]
  expect(problemsOf('  - type: worker\n').map((each) => each.replace(/4:\d+/, '4'))).toEqual(said)
  expect(problemsOf('  - type: worker\n    health-check-type: process\n')).toEqual(said)
})

test('a proxy of web, or of a type with a port check, is accepted', () => {
  expect(problemsOf('  - type: web\n    health-check-type: process\n')).toEqual([])
  expect(problemsOf('  - type: worker\n    health-check-type: http\n')).toEqual([])
})

const MANIFEST = `applications:
  - name: a
    memory: 1G
    sidecars:
      - {name: theirs, process_types: [web], command: java -jar theirs.jar, memory: 64M}
`

function saidOf(sidecarsYml: string): readonly string[] {
  const problems = new Problems()
  const { configuration } = readConfiguration(
    { appDir: '/', env: { SIDECARS_CONFIG: sidecarsYml } },
    problems,
  )
  const manifest = readAppManifest(MANIFEST, 'manifest.yml', problems)
  problems.throwIfErrors()
  if (!manifest) throw new Error('no manifest')
  checkAgainstManifest(configuration, { manifest }, problems)
  return problems.sorted().map((each) => `${each.severity}: ${describeProblem(each)}`)
}

const ours = (keys: string, type = 'web') =>
  saidOf(`sidecars: [{name: ours, process_types: [${type}], command: ./ours, memory: 64M${keys}}]`)

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
    expect(saidOf(java)).toEqual([
      expect.stringContaining('(JAVA_OPTS with agents and options, CLASSPATH with libraries)'),
    ])
  })

  it('is fine where nothing reaches the app: its memory stays its own', () => {
    expect(ours('')).toEqual([])
    expect(ours(', app_env: {A: b}', 'worker')).toEqual([])
  })
})
