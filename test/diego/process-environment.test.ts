import { describe, expect, test } from 'vitest'
import { PLATFORM_RESTARTS } from '../../src/diego/crash.ts'
import { processEnvironment } from '../../src/diego/process-environment.ts'
import { type Role, rolesOf } from '../../src/diego/roles.ts'
import { supervise } from '../../src/diego/supervisor.ts'
import { megabytes } from '../../src/platform/memory-size.ts'
import { aCell, aSpec, makeDroplet } from './cell.ts'

const reserving = { name: 'reserving', command: 'x', memory: megabytes(64) }
const other = { name: 'other', command: 'x' }
const spec = aSpec({
  droplet: '',
  command: '',
  memory: megabytes(1024),
  sidecars: [reserving, other],
  port: 9000,
  env: new Map([
    ['LANG', 'de_DE.UTF-8'],
    ['MEMORY_LIMIT', 'mine'],
    ['MINE', 'yes'],
  ]),
  services: '{"user-provided":[]}',
})
const identity = { guid: 'guid-1', address: '10.0.0.7' }
/** @param at of the process: 0 is the app's */
const environment = (of = spec, at = 0) => processEnvironment(of, rolesOf(of)[at] as Role, identity)
const limits = (env: Record<string, string>) => JSON.parse(env.VCAP_APPLICATION ?? '').limits

describe('memory', () => {
  test("of the app's process is what its sidecars leave", () => {
    const env = environment()
    expect(env.MEMORY_LIMIT).toBe('960m')
    expect(limits(env)).toEqual({ fds: 16384, mem: 960, disk: 1024 })
  })

  test("of a sidecar is its own, or the whole process's when it reserves none", () => {
    expect(environment(spec, 1).MEMORY_LIMIT).toBe('64m')
    expect(limits(environment(spec, 1)).mem).toBe(64)
    expect(environment(spec, 2).MEMORY_LIMIT).toBe('1024m')
  })
})

test('holds what the platform sets, and before it what the app sets, as far as the platform lets it', () => {
  const env = environment()
  expect(env).toMatchObject({
    PORT: '9000',
    VCAP_APP_PORT: '9000',
    VCAP_APP_HOST: '0.0.0.0',
    LANG: 'de_DE.UTF-8',
    MINE: 'yes',
    VCAP_SERVICES: '{"user-provided":[]}',
    INSTANCE_GUID: 'guid-1',
    INSTANCE_INDEX: '0',
    CF_INSTANCE_IP: '10.0.0.7',
    CF_INSTANCE_INTERNAL_IP: '10.0.0.7',
    CF_INSTANCE_ADDR: '10.0.0.7:9000',
    CF_INSTANCE_PORTS: '[{"external":9000,"internal":9000}]',
  })
  expect(JSON.parse(env.VCAP_APPLICATION ?? '')).toMatchObject({ name: 'demo', process_type: 'web' })
  expect(environment({ ...spec, env: new Map() }).LANG).toBe('en_US.UTF-8')
})

test('with the proxy, the ports are those that Diego gives', () => {
  const env = environment({ ...spec, port: 8080, proxyMemory: megabytes(32) })
  expect(env.CF_INSTANCE_PORTS).toBe(
    '[{"internal":8080,"external_tls_proxy":61001,"internal_tls_proxy":61001},{"internal":8080,"internal_tls_proxy":61443}]',
  )
  expect(env).not.toHaveProperty('CF_INSTANCE_PORT')
  expect(env).not.toHaveProperty('CF_INSTANCE_ADDR')
})

test('a task has its memory, no port and no instance', () => {
  const env = environment({ ...spec, task: 'migrate' })
  expect(env).toMatchObject({
    MEMORY_LIMIT: '1024m',
    MINE: 'yes',
    CF_INSTANCE_PORTS: '[]',
    CF_INSTANCE_PORT: '',
  })
  for (const name of ['PORT', 'VCAP_APP_PORT', 'INSTANCE_GUID', 'CF_INSTANCE_INDEX'])
    expect(env).not.toHaveProperty(name)
  expect(JSON.parse(env.VCAP_APPLICATION ?? '')).not.toHaveProperty('process_type')
})

test('nothing of our own environment reaches a process', async () => {
  const cell = aCell()
  process.env.SECRET_OF_THE_SHELL = 'geheim'
  const ended = supervise(
    aSpec({
      droplet: makeDroplet(),
      command: 'env; exit 1',
      sidecars: [{ name: 's', command: 'env; exec sleep 9' }],
    }),
    cell,
    {
      restarts: PLATFORM_RESTARTS,
      mostRestarts: 0,
      onChange: () => undefined,
    },
  ).ended
  await ended
  delete process.env.SECRET_OF_THE_SHELL
  expect(cell.lines.join('\n')).toContain('INSTANCE_GUID=')
  expect(cell.lines.join('\n')).not.toMatch(/geheim|VITEST/)
})
