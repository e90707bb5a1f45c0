import { describe, expect, test } from 'vitest'
import { type InstancePlanInput, planInstance } from '../../src/diego/plan-instance.ts'
import { readStagedApp } from '../../src/diego/staged-app.ts'
import { appGuid } from '../../src/lifecycle/guid.ts'
import { megabytes } from '../../src/platform/memory-size.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { readAppManifest } from '../support/app-manifest.ts'

const staged = readStagedApp(
  JSON.stringify({
    process_types: { web: './web', worker: './work' },
    sidecars: [
      { name: 'config-server', process_types: ['web'], command: './config-server', memory: 64 },
      { name: 'shipper', process_types: ['web', 'worker'], command: './shipper' },
    ],
  }),
)

function plan(manifest: string | undefined, overrides: Partial<InstancePlanInput> = {}) {
  const problems = new Problems()
  const spec = planInstance(
    {
      appName: 'demo',
      staged,
      manifest: manifest === undefined ? undefined : readAppManifest(manifest, 'manifest.yml', problems),
      processType: 'web',
      index: 0,
      memory: undefined,
      proxyMemory: megabytes(0),
      port: 8080,
      hasSsh: false,
      env: new Map(),
      services: '{}',
      droplet: '/droplet.tgz',
      ...overrides,
    },
    problems,
  )
  return { spec, messages: problems.sorted().map(describeProblem) }
}

describe('without a manifest', () => {
  test('the process type gets its command and its sidecars from staging, and the defaults of the platform', () => {
    expect(plan(undefined).spec).toMatchObject({
      command: './web',
      sidecars: [{ name: 'config-server', memory: megabytes(64) }, { name: 'shipper' }],
      memory: megabytes(1024),
      healthCheck: { kind: 'port', startTimeout: 60_000, invocationTimeout: 1000 },
    })
  })

  test('a type other than web is watched by its process', () => {
    const { spec } = plan(undefined, { processType: 'worker' })
    expect(spec).toMatchObject({
      command: './work',
      healthCheck: { kind: 'process' },
      sidecars: [{ name: 'shipper' }],
    })
  })
})

describe('with a manifest', () => {
  const manifest = `applications:
- name: demo
  memory: 512M
  command: ./other
  timeout: 5
  health-check-type: http
  health-check-http-endpoint: /healthz
  env: {A: manifest, B: manifest}
  sidecars:
  - {name: authenticator, process_types: [web], command: ./authenticate, memory: 128M}
  - {name: for-worker, process_types: [worker], command: ./x}
`

  test('its command, memory, health check, environment and sidecars count', () => {
    const { spec } = plan(manifest, { env: new Map([['B', 'command line']]) })
    expect(spec).toMatchObject({
      command: './other',
      memory: megabytes(512),
      healthCheck: { kind: 'http', endpoint: '/healthz', startTimeout: 5000 },
    })
    expect(spec?.sidecars.map(({ name }) => name)).toEqual(['config-server', 'shipper', 'authenticator'])
    expect(Object.fromEntries(spec?.env ?? [])).toEqual({ A: 'manifest', B: 'command line' })
  })

  test('the memory of the command line takes precedence', () => {
    expect(plan(manifest, { memory: megabytes(2048) }).spec?.memory).toEqual(megabytes(2048))
  })
})

test('the checks and the log rate of the manifest count', () => {
  const manifest = `applications:
- name: demo
  health-check-interval: 7
  readiness-health-check-type: http
  readiness-health-check-http-endpoint: /ready
  readiness-health-check-interval: 3
  readiness-health-check-invocation-timeout: 2
  log-rate-limit-per-second: 16K
`
  expect(plan(manifest).spec).toMatchObject({
    healthCheck: { kind: 'port', interval: 7000 },
    readinessCheck: { kind: 'http', endpoint: '/ready', interval: 3000, invocationTimeout: 2000 },
    logRateLimit: { bytesPerSecond: 16_384 },
  })
})

test('without them a process is ready at once, and its log has no limit', () => {
  const { spec } = plan('applications: [{name: demo, log-rate-limit-per-second: -1}]')
  expect(spec).toMatchObject({ healthCheck: { interval: 30_000 } })
  expect(spec).not.toHaveProperty('readinessCheck')
  expect(spec).not.toHaveProperty('logRateLimit')
})

describe('a task', () => {
  const manifest = 'applications: [{name: demo, memory: 512M, log-rate-limit-per-second: 1K}]'
  const task = { name: 'migrate', command: './migrate' }

  test("has its own memory, and nothing of the process's sidecars, checks and limits", () => {
    const { spec } = plan(manifest, { task, hasSsh: true, proxyMemory: megabytes(32) })
    expect(spec).toMatchObject({
      task: 'migrate',
      command: './migrate',
      sidecars: [],
      memory: megabytes(1024),
      proxyMemory: megabytes(0),
      healthCheck: { kind: 'process' },
      hasSsh: false,
    })
    expect(spec).not.toHaveProperty('logRateLimit')
  })

  test('has a command, of 4096 characters at most', () => {
    const messages = (command: string) => plan(manifest, { task: { ...task, command } }).messages
    expect(messages('')).toEqual(['--task has no command'])
    expect(messages('x'.repeat(4096))).toEqual([])
    expect(messages('x'.repeat(4097))).toEqual(['the command of the task has more than 4096 characters'])
  })
})

describe('refuses what the platform refuses', () => {
  test('two sidecars of one name', () => {
    const manifest = `applications:
- name: demo
  sidecars:
  - {name: config-server, process_types: [worker], command: x}
`
    expect(plan(manifest).messages).toEqual([
      'manifest.yml:4:5: there are two sidecars named config-server; Cloud Foundry refuses the second one; give one of them another name',
    ])
  })

  test('sidecars that leave nothing of the memory', () => {
    expect(plan(undefined, { memory: megabytes(64) }).messages).toEqual([
      'the sidecars of process web take 64M, which leaves nothing of its 64M; give web more memory than its sidecars together',
    ])
  })

  test('a process type that is not there', () => {
    expect(plan(undefined, { processType: 'clock' }).messages).toEqual([
      'process type clock is not defined, and the manifest has no command for it; defined types: web, worker',
    ])
  })
})

test('an app keeps its GUID from run to run', () => {
  expect(plan(undefined).spec?.app.guid).toBe(appGuid('demo'))
})
