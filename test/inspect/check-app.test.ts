import { describe, expect, it } from 'vitest'
import { ownFolder } from '../../src/buildpack/own-folder.ts'
import { type AppToCheck, checkApp, describeConditions } from '../../src/inspect/check-app.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { readAppManifest } from '../support/app-manifest.ts'
import { temporaryFolder } from '../support/files.ts'
import { mainApp } from '../support/java/checked-app.ts'

async function check(sidecars: string, manifestText?: string, options: Partial<AppToCheck> = {}) {
  const problems = new Problems()
  const manifest = manifestText ? readAppManifest(manifestText, 'manifest.yml', problems) : undefined
  const checked = await checkApp(
    {
      directory: temporaryFolder({ 'sidecars.yml': sidecars, Procfile: 'web: x\nworker: x\n' }),
      buildpack: { buildpackDir: ownFolder(), buildpackName: 'sidecar' },
      manifest,
      env: new Map(),
      ...options,
    },
    problems,
  )
  const said = problems.sorted().map((each) => `${each.severity}: ${describeProblem(each)}`)
  return {
    said,
    conditions: [...describeConditions(checked)],
    names: checked.possible.sidecars.map(({ name }) => name),
  }
}

const LISTED = 'applications: [{name: a, buildpacks: [sidecar_buildpack, other]}]'
const CONDITIONAL = 'sidecars: [{name: geo, memory: 1M, source: {path: missing}, when: {service: apm}}]'

describe('memory that nothing gives', () => {
  it("is the platform's default, with a manifest and without, unless the command line says otherwise", async () => {
    const large = 'sidecars: [{name: geo, memory: 1G, command: sleep 9}]'
    const error =
      'error: sidecars.yml:1:19: the sidecars of process web take 1G, which leaves nothing of its 1G; give web more memory than its sidecars together'
    expect((await check(large)).said).toEqual([error])
    expect((await check(large, LISTED)).said).toEqual([error])
    expect((await check(large, LISTED, { memory: { bytes: 2 ** 31 } })).said).toEqual([])
  })

  it('counts sidecars of the manifest alone, and beside those of sidecars.yml', async () => {
    const manifest = LISTED.replace(
      '}]',
      ', sidecars: [{name: m, process_types: [web], command: x, memory: 1000M}]}]',
    )
    const small = 'sidecars: [{name: geo, memory: 24M, command: sleep 9}]'
    expect((await check('sidecars: []', manifest)).said).toEqual([])
    expect((await check(small, manifest)).said).toEqual([
      expect.stringContaining('take 1G, which leaves nothing'),
    ])
  })
})

describe('a Java app with too little memory for the memory calculator', () => {
  const validated = async (more: string, sidecars: string, files: Readonly<Record<string, string>> = {}) => {
    const directory = temporaryFolder({ ...mainApp, 'sidecars.yml': sidecars, ...files })
    const list = 'memory: 600M, buildpacks: [sidecar_buildpack, java_buildpack]'
    const manifest = `applications: [{name: a, ${list}${more}}]`
    return (await check('', manifest, { directory })).said
  }
  const SMALL = 'sidecars: [{name: s, memory: 300M, command: sleep 1000}]'

  it('is refused if it starts with the command of the Java buildpack, or with one that runs the calculator', async () => {
    const refused = [expect.stringMatching(/^error: the memory calculator refuses to start the app/)]
    expect(await validated('', SMALL)).toEqual(refused)
    expect(await validated(', command: "$(jre/bin/java-buildpack-memory-calculator)"', SMALL)).toEqual(
      refused,
    )
  })

  it('is accepted if the manifest, the Procfile or sidecars.yml replaces that command', async () => {
    expect(await validated(', command: "exec java -cp . Main"', SMALL)).toEqual([])
    expect(await validated('', SMALL, { Procfile: 'web: exec java -cp . Main\n' })).toEqual([])
    expect(await validated('', `${SMALL}\nprocesses: {web: exec java -cp . Main}`)).not.toContainEqual(
      expect.stringContaining('calculator'),
    )
  })
})

describe('several mistakes in java', () => {
  it.each([
    ['an unknown key', 'agents: [{source: {path: no.jar}}], colour: red', ['"no.jar"', 'colour']],
    [
      'an unknown key of an agent',
      'agents: [{source: {path: no.jar}, colour: red}, {sorce: x}]',
      ['"no.jar"', 'colour', 'unknown key sorce in java.agents[1]; did you mean source?'],
    ],
    [
      'a library that cannot be read',
      'agents: [{source: {path: no.jar}}], libraries: [{source: {deps: x}}, {source: {path: b.jar}}]',
      ['"no.jar"', 'java.libraries[0].source has deps', '"b.jar"'],
    ],
    [
      'options',
      'options: ["-Xmx", foo, ""]',
      ['-Xmx has no valid size', 'not a JVM option', 'options[2] is empty'],
    ],
  ])('are all reported: %s', async (_name, java, parts) => {
    const { said } = await check(`sidecars: []\njava: {${java}}\nprocesses: {web: x}`)
    expect(said).toEqual(parts.map((each) => expect.stringContaining(each)))
    expect(said.every((each) => each.startsWith('error: '))).toBe(true)
  })
})

describe('a condition', () => {
  it('that is unknown keeps its sidecar, whose errors are warnings', async () => {
    const { said, conditions, names } = await check(CONDITIONAL, LISTED)
    expect(said).toEqual([
      expect.stringMatching(/^warning: .*"missing" is not in the app \(only if its condition is true\)/),
    ])
    expect(conditions).toEqual([['geo', 'if service apm is bound (unknown)']])
    expect(names).toEqual(['geo'])
  })

  it('is decided by the services that are given', async () => {
    const bound = await check(CONDITIONAL, LISTED, { services: '{"user-provided":[{"name":"apm"}]}' })
    expect(bound.said).toEqual([expect.stringMatching(/^error: .*"missing" is not in the app/)])
    expect(bound.conditions).toEqual([['geo', 'if service apm is bound (met)']])
    const unbound = await check(CONDITIONAL, LISTED, { services: '{}' })
    expect(unbound).toEqual({
      said: [],
      conditions: [['geo', 'if service apm is bound (not met)']],
      names: [],
    })
  })

  it('is met when several services match a pattern', async () => {
    const text = CONDITIONAL.replace('service: apm', 'any: [db, "*apm*"]')
    const services = '{"user-provided":[{"name":"my-apm-1"},{"name":"my-apm-2"}]}'
    const { conditions } = await check(text, LISTED, { services })
    expect(conditions).toEqual([['geo', 'if service db or *apm* is bound (met)']])
  })

  it('is decided by the variables that are given', async () => {
    const text = 'sidecars: [{name: geo, memory: 1M, command: sleep 9, when: {env: GEO}}]'
    expect((await check(text, LISTED)).conditions).toEqual([['geo', 'if GEO is set (unknown)']])
    expect((await check(text, LISTED, { env: new Map([['A', 'b']]) })).conditions).toEqual([
      ['geo', 'if GEO is set (not met)'],
    ])
    const withEnv = LISTED.replace('name: a,', 'name: a, env: {GEO: x},')
    expect((await check(text, withEnv)).conditions).toEqual([['geo', 'if GEO is set (met)']])
  })
})

it('names the process type that was meant', async () => {
  const manifest = LISTED.replace('}]', ', sidecars: [{name: m, process_types: [wbe], command: x}]}]')
  const { said } = await check(
    'sidecars: [{name: geo, memory: 1M, command: sleep 9, process_types: [wroker]}]',
    manifest,
  )
  expect(said).toEqual([
    expect.stringMatching(/did you mean worker\?$/),
    expect.stringMatching(/did you mean web\?$/),
  ])
})

it('refuses nothing of a sidecars.yml that no listed buildpack reads', async () => {
  const { said } = await check(
    'sidecars: [{name: geo, memory: 64, command: x}]',
    LISTED.replace('sidecar_buildpack, ', ''),
  )
  expect(said.map((each) => each.split(':')[0])).toEqual(['warning', 'warning'])
  expect(said.join('\n')).toContain('(only if this buildpack runs)')
})
