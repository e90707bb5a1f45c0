import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { temporaryFolder } from '../support/files.ts'

/** What the sidecars.yml of the buildpack acme and that of an app give together. */
function merged(carried: string, app: string, appEntriesTaken = false) {
  const directory = temporaryFolder({ 'config/sidecars.yml': carried })
  const problems = new Problems()
  const env = { SIDECARS_CONFIG: app }
  const buildpack = { name: 'acme', directory }
  const read = readConfiguration({ appDir: '/', env, buildpack, appEntriesTaken }, problems)
  return { ...read, ...read.configuration, problems: problems.sorted().map(describeProblem) }
}

const sidecars = (...entries: readonly string[]) =>
  `sidecars:\n${entries.map((each) => `  - {${each}}\n`).join('')}`
const AGENT =
  'name: agent, source: {path: agent}, memory: 64M, args: [-v], env: {A: 1, B: 2}, app_env: {C: 3}'

const text = (value: string) => ({ kind: 'text', text: [value] })

describe('an entry of the app with the name of a sidecar of the buildpack', () => {
  it('overrides it: scalars and lists are replaced, maps merged by key, the source kept', () => {
    const {
      sidecars: [sidecar, ...others],
      problems,
      overridesLeft,
    } = merged(
      sidecars(AGENT),
      sidecars('name: agent, memory: 128M, args: [-q], env: {B: 4}, app_env: {D: 5}'),
    )
    expect([problems, others, overridesLeft]).toEqual([[], [], []])
    expect(sidecar).toMatchObject({
      memory: { bytes: 128 << 20 },
      args: [['-q']],
      source: { path: 'agent' },
      origin: { kind: 'buildpack', name: 'acme' },
      place: { file: 'config/sidecars.yml' },
      env: new Map([
        ['A', text('1')],
        ['B', text('4')],
      ]),
      appEnv: new Map([
        ['C', text('3')],
        ['D', text('5')],
      ]),
    })
  })

  it.each([
    ['switches it off', AGENT, 'enabled: false', []],
    ['switches it on', `${AGENT}, enabled: false`, 'enabled: true', ['agent']],
    ['leaves it off', `${AGENT}, enabled: false`, 'memory: 1M', []],
  ])('%s', (_, carried, keys, names) => {
    const read = merged(sidecars(carried, 'name: other, command: x'), sidecars(`name: agent, ${keys}`))
    expect(read.sidecars.map(({ name }) => name)).toEqual([...names, 'other'])
    expect(read.carriedNames).toEqual(['agent', 'other'])
    expect(read.problems).toEqual([])
  })

  const declared = (key: string) =>
    `the sidecar agent is included in the buildpack acme (config/sidecars.yml:2) and also declared here with a ${key}; choose another name, or remove command and source to override that one`
  it.each([
    ['with a command', AGENT, 'command: x', declared('command')],
    ['with a source', AGENT, 'source: {path: x}', declared('source')],
    [
      'if that one is locked',
      `${AGENT}, locked: true`,
      'memory: 1M',
      'the sidecar agent is locked by the buildpack acme; remove this entry',
    ],
  ])('is refused %s', (_, carried, keys, message) => {
    const read = merged(sidecars(carried), sidecars(`name: agent, ${keys}`))
    expect(read.problems).toEqual([`$SIDECARS_CONFIG:2:5: ${message}`])
    expect(read.sidecars).toEqual([])
  })
})

describe('another entry of the app', () => {
  const own = sidecars(
    'name: mine, command: x',
    'name: off, command: x, enabled: false',
    'name: left, memory: 1G',
  )
  const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name)

  it('is a sidecar of the app after those of the buildpack, or an override for a later buildpack', () => {
    const read = merged(sidecars(AGENT), own)
    expect(read.sidecars.map(({ name, origin }) => [name, origin.kind])).toEqual([
      ['agent', 'buildpack'],
      ['mine', 'app'],
    ])
    expect(read.overridesLeft).toEqual([
      { name: 'left', place: { file: '$SIDECARS_CONFIG', line: 4, column: 5 } },
    ])
    expect([...read.declaredNames]).toEqual(['agent', 'mine', 'off'])
  })

  it('is only an override if a buildpack of ours before it has taken the sidecars', () => {
    const read = merged(sidecars(AGENT), own, true)
    expect([names(read.sidecars), names(read.overridesLeft), [...read.declaredNames]]).toEqual([
      ['agent'],
      ['left'],
      ['agent'],
    ])
  })

  it('is none of both when a key of it, such as a misspelt command, could not be read', () => {
    const read = merged(sidecars(AGENT), sidecars('name: mine, comand: x'))
    expect([names(read.overridesLeft), [...read.declaredNames]]).toEqual([[], ['agent', 'mine']])
  })
})

it('a sidecar of the buildpack has a command or a source, whatever the app overrides', () => {
  const read = merged(sidecars('name: agent, memory: 1M'), sidecars('name: agent, memory: 2M'))
  expect(read.problems).toEqual([
    'config/sidecars.yml:2:12: the sidecar agent has neither command nor source; add a command or a source',
  ])
})

it('a sidecar of the buildpack may be locked', () => {
  const read = merged(sidecars(`${AGENT}, locked: true`), 'sidecars: []')
  expect([read.problems, read.sidecars.map(({ locked }) => locked)]).toEqual([[], [true]])
})

it('a name stands once in each file', () => {
  const twice = sidecars('name: a, command: x', 'name: b, command: x', 'name: a, command: y')
  expect(merged('sidecars: []\n', twice).problems).toEqual([
    '$SIDECARS_CONFIG:4:12: sidecar a is declared twice, first on line 2; choose another name',
  ])
})

describe('what the buildpack and the app have besides sidecars', () => {
  const carried =
    'java: {options: [-Da=1], agents: [{source: {path: a.jar}}], libraries: [{source: {path: b.jar}}]}\nprocesses: {web: a, clock: b}\n'
  const app =
    'java: {options: [-Db=2], agents: [{source: {path: c.jar}}], libraries: [{source: {path: d.jar}}]}\nprocesses: {worker: c, web: d}\n'
  const sources = (all: readonly { source: object; origin: { kind: string } }[]) =>
    all.map(({ source, origin }) => [source, origin.kind])

  it('comes together, the processes of the app winning', () => {
    const { java, processes } = merged(carried, app)
    expect(java.options.map(({ text }) => text)).toEqual([['-Da=1'], ['-Db=2']])
    expect(sources(java.agents)).toMatchObject([
      [{ path: 'a.jar' }, 'buildpack'],
      [{ path: 'c.jar' }, 'app'],
    ])
    expect(sources(java.libraries)).toMatchObject([
      [{ path: 'b.jar' }, 'buildpack'],
      [{ path: 'd.jar' }, 'app'],
    ])
    expect(processes.map(({ type, command, place }) => [type, command, place.file])).toEqual([
      ['web', 'd', '$SIDECARS_CONFIG'],
      ['clock', 'b', 'config/sidecars.yml'],
      ['worker', 'c', '$SIDECARS_CONFIG'],
    ])
  })

  it('comes from the buildpack alone if one of ours before it has taken that of the app, except processes', () => {
    const { java, processes } = merged(carried, app, true)
    expect(java.options.map(({ text }) => text)).toEqual([['-Da=1']])
    expect(java.agents).toHaveLength(1)
    expect(java.libraries).toHaveLength(1)
    expect(processes.map(({ command }) => command)).toEqual(['d', 'b', 'c'])
  })

  it('is checked in each buildpack: a sidecar must not have the name of a process of the app', () => {
    const clash = sidecars('name: worker, command: x')
    expect(merged(clash, app, true).problems).toEqual([
      expect.stringContaining('the sidecar worker has the name of a process type; '),
    ])
  })
})
