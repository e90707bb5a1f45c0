/**
 * For random pairs of manifest and sidecars.yml `validate` is content exactly where `stage` succeeds and `run` has a plan.
 * FULL_COUNTS=1 tries 1,000 pairs; PAIRS_FROM=n begins at the nth.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readInputs } from '../../src/cli/app-inputs.ts'
import { main } from '../../src/cli/main.ts'
import { plannedInstances } from '../../src/cli/planned-instance.ts'
import { temporaryFolder, writeFiles } from '../support/files.ts'

const COUNT = process.env.FULL_COUNTS ? 1000 : 20
const FROM = Number(process.env.PAIRS_FROM ?? 0)
const cwd = temporaryFolder({})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

/** A linear congruential generator: the same pairs every time. */
function randomOf(seed: number) {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return {
    pick: <T>(...values: readonly T[]): T => values[Math.floor(next() * values.length)] as T,
    chance: (probability: number) => next() < probability,
    times: <T>(most: number, make: (index: number) => T) =>
      Array.from({ length: Math.floor(next() * (most + 1)) }, (_, index) => make(index)),
  }
}

type Random = ReturnType<typeof randomOf>

const MEMORIES = ['64M', '128Mi', '0.5G', '1G', '64', '"64"', '0M', '64Mo', 'null', '1.5M', '2G', '100K']
const NAMES = ['geo', 'log', 'web', 'worker', 'a b', '1', '"1"', 'é', 'task', '']

function manifestOf({ pick, chance, times }: Random): string {
  const lines = ['applications:', `- name: ${chance(0.97) ? pick('app', '1.10', 'my-app') : ''}`]
  const add = (probability: number, line: () => string) => chance(probability) && lines.push(`  ${line()}`)
  add(0.5, () => `memory: ${pick('256M', '512M', '1G', '1gb', '2G', '64', '128M', '""')}`)
  add(
    0.8,
    () =>
      `buildpacks: ${pick('[sidecar, other]', '[other]', '[sidecar]', '[other, sidecar_buildpack]', '[]')}`,
  )
  add(0.3, () => `command: ${pick('./run', 'null', '""', 'true', 'sleep 9')}`)
  add(0.2, () => `timeout: ${pick('60', '"60"', '-1', '1.5', 'null')}`)
  add(0.2, () => `health-check-type: ${pick('port', 'http', 'process', 'none', 'tcp')}`)
  add(0.3, () => `env: ${pick('{A: 1.10}', '{B: yes}', '{PORT: 1}', '[A]', '{GEO: x}', '{}')}`)
  add(0.1, () => `services: ${pick('[db]', 'null', '[{name: db}]', 'db')}`)
  add(0.1, () => `routes: ${pick('[]', '[{route: a.example.com}]', 'null', '[a.example.com]')}`)
  add(0.1, () =>
    pick('memroy: 1G', 'foo: bar', 'features: {ssh: true}', 'features: {}', 'metadata: {labels: {a: b}}'),
  )
  const sidecars = times(2, () => {
    const types = pick('[web]', '[worker]', '[web, worker]', '[wbe]', 'web', '[]')
    const memory = chance(0.6) ? `, memory: ${pick(...MEMORIES)}` : ''
    return `  - {name: ${pick(...NAMES)}, process_types: ${types}, command: ${pick('./x', 'sleep 9', '""', '1')}${memory}}`
  })
  if (sidecars.length > 0) lines.push('  sidecars:', ...sidecars)
  if (chance(0.3)) {
    lines.push(
      '  processes:',
      `  - {type: ${pick('web', 'worker', '""')}, memory: ${pick('256M', '1G', '512')}}`,
    )
  }
  return `${lines.join('\n')}\n`
}

function sidecarsOf({ pick, chance, times }: Random): string {
  const entries = times(3, () => {
    const keys = [`name: ${pick(...NAMES)}`]
    const add = (probability: number, key: string, ...values: readonly string[]) =>
      chance(probability) && keys.push(`${key}: ${pick(...values)}`)
    keys.push(
      chance(0.5)
        ? 'source: {path: bin/geo}'
        : pick('command: sleep 9', 'command: ./x', 'source: {path: nowhere}'),
    )
    add(0.7, 'memory', ...MEMORIES)
    add(0.4, 'process_types', '[web]', '[worker]', '[web, worker]', 'web', '[nope]')
    add(0.2, 'env', '{A: b}', '{UID: 1}', '{A: $PORT}')
    add(0.1, 'proxy', 'true', '{app_port: 9000}', 'yes')
    add(0.1, 'wait_for', '{port: 8182}', '8182', '{http: "http://localhost:1/x"}')
    add(0.2, 'restart', 'always', 'true', 'on-failure', 'never')
    add(0.2, 'when', '{service: db}', '{env: GEO}', '{env: NOPE}', '{}')
    add(0.1, 'working_dir', 'bin', 'nowhere', 'bin/geo')
    add(0.05, 'comand', 'x')
    return `- {${keys.join(', ')}}`
  })
  const processes = chance(0.2) ? 'processes: {web: ./run, geo: ./geo}\n' : ''
  return `${processes}sidecars:${entries.length > 0 ? `\n${entries.join('\n')}` : ' []'}\n`
}

async function call(at: string, ...argv: readonly string[]) {
  let said = ''
  const line = {
    env: { PATH: process.env.PATH, HOME: cwd },
    cwd: at,
    out: () => undefined,
    err: (text: string | Uint8Array) => {
      said += String(text)
    },
    isTerminal: false,
  }
  return { status: await main(argv, line), said }
}

/** What `run` says of the droplet when it cannot plan an instance of each process; none: it can. */
async function plans(at: string): Promise<readonly string[]> {
  const line = { env: {}, cwd: at, out: () => undefined, err: () => undefined, isTerminal: false }
  const inputs = await readInputs(undefined, {}, line)
  const said: string[] = []
  for (const process of ['web', 'worker']) {
    const options = {
      process: [process],
      instances: 1,
      port: 8080,
      proxyMemory: { bytes: 0 },
      env: new Map(),
      envFromShell: [],
    }
    await plannedInstances(join(cwd, 'staged/droplet.tgz'), options, inputs, line).catch((thrown: unknown) =>
      said.push(`${process}: ${thrown}`),
    )
  }
  return said
}

it(`agree on ${COUNT} random pairs`, { timeout: COUNT * 15_000 }, async () => {
  writeFiles(cwd, {
    'other/bin/detect': '#!/bin/sh\n',
    'other/bin/supply': '#!/bin/sh\n',
    'other/bin/finalize': '#!/bin/sh\n',
    'other/bin/release': '#!/bin/sh\necho "default_process_types: {web: sleep 9}"\n',
  })
  const disagreements: unknown[] = []
  const statuses = new Map<number, number>()
  for (let seed = FROM; seed < FROM + COUNT; seed++) {
    const random = randomOf(seed)
    const at = join(cwd, `pair-${seed}`)
    const [manifest, sidecars] = [manifestOf(random), sidecarsOf(random)]
    writeFiles(at, {
      'manifest.yml': manifest,
      'sidecars.yml': sidecars,
      Procfile: 'web: sleep 9\nworker: sleep 9\n',
      'bin/geo': '#!/bin/sh\nsleep 9\n',
    })
    const validated = await call(at, 'validate')
    statuses.set(validated.status, (statuses.get(validated.status) ?? 0) + 1)
    const given = /buildpacks: .*other/.test(manifest) ? ['-b', 'other=../other'] : []
    const staged = await call(at, 'stage', ...given, '--no-container', '-o', '../staged')
    const planned = staged.status === 0 ? await plans(at) : []
    const isStack = /\n {4}at /.test(validated.said + staged.said)
    if (validated.status !== staged.status || planned.length > 0 || isStack)
      disagreements.push({
        seed,
        manifest,
        sidecars,
        validated: validated.said,
        staged: staged.said.slice(-1500),
        planned,
      })
    rmSync(at, { recursive: true })
  }
  expect(disagreements).toEqual([])
  // Neither side is trivial.
  expect([...statuses.keys()].sort()).toEqual([0, 1])
})
