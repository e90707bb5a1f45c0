import { describe, expect, it } from 'vitest'
import { checkSurroundings } from '../../../src/config/rules/surroundings.ts'
import { megabytes } from '../../../src/platform/memory-size.ts'
import { fileOf, problemsIn } from '../problems-of.ts'

type Around = Parameters<typeof checkSurroundings>[1]

const NOTHING: Around = {
  procfileTypes: new Set(),
  manifestTypes: [],
  earlier: [],
  proxied: new Map(),
  usedPorts: [],
  isJavaApp: false,
}

function problemsBeside(around: Partial<Around>, ...sidecars: readonly string[]) {
  return problemsIn(fileOf(...sidecars), (configuration, problems) =>
    checkSurroundings(configuration, { ...NOTHING, ...around }, problems),
  )
}

const procfile = (...types: readonly string[]) => ({ procfileTypes: new Set(types) })
/** The entries of the buildpack acme in launch.yml: a process, or a sidecar of the types of `sidecarFor`. */
const acme = (type: string, sidecarFor: readonly string[] = [], memory = 0) => ({
  earlier: [{ type, sidecarFor, memory: megabytes(memory), by: 'acme' }],
})

it('says nothing of a sidecar of web where nothing has its name', () => {
  expect(problemsBeside({ ...procfile('web', 'b'), ...acme('c', ['web']), isJavaApp: true }, 'a')).toEqual([])
})

describe('refuses the name', () => {
  it.each([
    [
      'of a process in the Procfile',
      procfile('a'),
      'the sidecar a has the name of a process in the Procfile, which would replace it',
    ],
    [
      'of a sidecar of an earlier buildpack',
      acme('a', ['worker']),
      'both the buildpack acme and the app declare the sidecar a; the platform would keep only one of them',
    ],
    [
      'of a process of an earlier buildpack',
      acme('a'),
      'the sidecar a has the name of a process type of the buildpack acme',
    ],
  ])('%s', (_, around, what) => {
    expect(problemsBeside(around, 'a')).toEqual([`error 2:24: ${what}; choose another name`])
  })

  it('of a sidecar that another version of its buildpack includes, once for all conflicts of the two', () => {
    const sidecar = 'a, proxy: {app_port: 9000}'
    const port = { processType: 'web', sidecar: 'a', port: { number: 9000 }, by: 'acme' }
    const around = {
      ...NOTHING,
      earlier: ['a', 'b'].flatMap((name) => acme(name, ['web']).earlier),
      proxied: new Map([['web', 'acme']]),
      usedPorts: [port],
    }
    const said = problemsIn(fileOf(sidecar, 'b'), (configuration, problems) => {
      const sidecars = configuration.sidecars.map((each) => ({
        ...each,
        origin: { kind: 'buildpack' as const, name: 'acme', directory: '/acme' },
      }))
      checkSurroundings({ ...configuration, sidecars }, around, problems)
    })
    expect(said).toEqual([
      'error 2:24: two buildpacks named acme declare the sidecar a; the platform would keep only one of them; list only one of the two',
    ])
  })

  it('web once, also if the Procfile has it', () => {
    expect(problemsBeside(procfile('web', 'worker'), 'web, process_types: [worker]')).toEqual([
      expect.stringContaining('the sidecar web has the name of a process type; '),
    ])
  })

  it.each([
    ['of a Java app', true, 'error'],
    ['of another app only with a warning', false, 'warning'],
  ])('task %s', (_, isJavaApp, severity) => {
    expect(problemsBeside({ isJavaApp }, 'task')).toEqual([
      `${severity} 2:24: the Java buildpacks declare a process type named task, which would replace this sidecar; choose another name`,
    ])
  })
})

describe('a process type', () => {
  const sidecar = 'a, process_types: [web, worker]'
  const undeclared = (remedy: string) => [
    `warning 2:24: process type worker of the sidecar a is not declared by the Procfile or an earlier buildpack; ${remedy}`,
  ]
  const LATER = 'it runs only if a later buildpack or the app manifest declares worker'

  it.each<[string, Partial<Around>]>([
    ['the Procfile', procfile('worker')],
    ['the app manifest', { manifestTypes: ['worker'] }],
    ['an earlier buildpack', acme('worker')],
  ])('may be declared by %s', (_, around) => {
    expect(problemsBeside(around, sidecar)).toEqual([])
  })

  it('may be declared by the file itself', () => {
    const text = `${fileOf(sidecar)}processes: {worker: x}\n`
    expect(problemsIn(text, (file, problems) => checkSurroundings(file, NOTHING, problems))).toEqual([])
  })

  it.each<[string, Partial<Around>, string]>([
    ['nothing declares', {}, LATER],
    ['is only the name of a sidecar', acme('worker', ['web']), LATER],
    ['is misspelled', procfile('wokrer'), 'did you mean wokrer?'],
  ])('that %s causes a warning', (_, around, remedy) => {
    expect(problemsBeside(around, sidecar)).toEqual(undeclared(remedy))
  })

  it('task exists in every app', () => {
    expect(problemsBeside({}, 'a, process_types: [task]')).toEqual([
      expect.stringContaining('a is attached to process type task; '),
    ])
  })
})

describe('a proxy', () => {
  const proxied = new Map([['worker', 'acme']])

  it('is refused on a process type that has one of another buildpack', () => {
    const around = { proxied: new Map([['web', 'acme']]) }
    expect(problemsBeside(around, 'p, proxy: true')).toEqual([
      'error 2:24: p is a proxy of web, which already has a proxy of the buildpack acme; proxies of one process type must come from one buildpack',
    ])
    expect(problemsBeside(around, 'p')).toEqual([])
    expect(problemsBeside({ proxied }, 'p, proxy: true')).toEqual([])
  })

  it('and a wait_for are refused on a port of an earlier buildpack in the same process type', () => {
    const used = { processType: 'web', sidecar: 'apm', port: { number: 9000 }, by: 'acme' }
    const around = { usedPorts: [used] }
    const refused = (type: string, port: number) => [
      problemsBeside(around, `p, process_types: [${type}], wait_for: {port: ${port}}`),
      problemsBeside(around, `p, process_types: [${type}], health: {port: ${port}}`),
      problemsBeside(around, `p, process_types: [${type}], proxy: {app_port: ${port}}`),
    ]
    const problem =
      'error 2:24: p and apm of the buildpack acme both use port 9000 in process web; use different ports'
    expect(refused('web', 9000)).toEqual([[problem], [problem], [problem]])
    expect(refused('web', 9001)).toEqual([[], [], []])
    expect(
      refused('task', 9000)
        .flat()
        .filter((each) => each.includes('both use')),
    ).toEqual([])
  })

  it('causes a warning on another process type than web, which has no port', () => {
    const around = procfile('worker')
    expect(problemsBeside(around, 'p, proxy: true, process_types: [web, worker]')).toEqual([
      'warning 2:24: p is a proxy of worker, which has no port unless a route is mapped to it; leave worker out of process_types, or map a route',
    ])
    expect(problemsBeside(around, 'p, process_types: [web, worker]')).toEqual([])
  })
})

describe('the memory limit of staging, 64M', () => {
  const refused = (place: string, used: string) => [
    `error ${place}: the sidecars of web use ${used}, which leaves nothing of the 64M memory limit of staging; give the app more memory than its sidecars together`,
  ]

  it.each<[string, Partial<Around>, string[], readonly string[]]>([
    ['leaves something to the app', acme('b', ['web'], 31), ['a, memory: 32M'], []],
    ['may be used by sidecars of other process types', acme('b', ['worker'], 64), ['a, memory: 32M'], []],
    ['says nothing of what others use alone', acme('b', ['web'], 64), ['a'], []],
    [
      'is refused at the last sidecar with memory',
      {},
      ['a, memory: 32M', 'b, memory: 48M', 'c'],
      refused('3:24', '80M'),
    ],
    [
      'is shared with other buildpacks',
      acme('b', ['worker', 'web'], 16),
      ['a, memory: 48M'],
      refused('2:24', '64M (16M of it in other buildpacks)'),
    ],
    [
      'may be below that of another process',
      procfile('worker'),
      ['a, memory: 64M, process_types: [worker]'],
      [
        'warning 2:24: the sidecars of worker use 64M, which leaves nothing of the 64M memory limit of staging; Cloud Foundry refuses this unless worker has more memory',
      ],
    ],
  ])('%s', (_, around, sidecars, messages) => {
    expect(problemsBeside({ ...around, memoryLimit: megabytes(64) }, ...sidecars)).toEqual(messages)
  })

  it('counts only where it is known', () => {
    expect(problemsBeside({}, 'a, memory: 999G')).toEqual([])
  })
})
