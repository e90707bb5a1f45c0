import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type AppPlan, renderProfileScript } from '../../src/droplet/profile-script.ts'
import { megabytes } from '../../src/platform/memory-size.ts'
import { temporaryFolder } from '../support/files.ts'
import { inStack } from '../support/in-stack.ts'
import { plan, shell, sidecar, stage, types } from '../support/shell-droplet.ts'

const MIB = 1024 * 1024

interface Machine {
  /** Of /proc/self/cgroup, and files below /sys/fs/cgroup. */
  readonly cgroup?: string
  readonly tree?: Readonly<Record<string, string>>
}

const V1_UNLIMITED = '9223372036854771712\n'
const v1 = (bytes: string): Machine => ({
  cgroup: '5:cpu,cpuacct:/x\n4:memory:/garden/a\n0::/\n',
  tree: { 'memory/memory.limit_in_bytes': bytes },
})
const v2 = (bytes: string): Machine => ({ cgroup: '0::/\n', tree: { 'memory.max': bytes } })
const none: Machine = {}

const app = (...memory: number[]): AppPlan => ({
  memory: megabytes(memory.reduce((sum, each) => sum + each, 0)),
  sidecars: [],
})

function reserve(
  machine: Machine,
  apps: Readonly<Record<string, AppPlan>>,
  process: {
    readonly type?: string
    readonly limit: string
    readonly application?: string
    readonly times?: number
  },
) {
  const folder = temporaryFolder({ ...machine.tree, ...(machine.cgroup && { cgroup: machine.cgroup }) })
  const script = renderProfileScript({
    index: '0',
    apps: new Map(
      Object.entries(apps).map(([type, each]) => [types(type)[0] ?? types('web')[0], each]),
    ) as never,
    otherCommands: [],
    onPath: [],
  })
    .replaceAll('/proc/self/cgroup', join(folder, 'cgroup'))
    .replaceAll('/sys/fs/cgroup', folder)
  const { stdout, stderr } = spawnSync(
    ...inStack('bash', [
      '-c',
      `${script.repeat(process.times ?? 1)}\necho "$MEMORY_LIMIT $VCAP_APPLICATION"`,
      'launcher',
      'app',
      'run',
    ]),
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        MEMORY_LIMIT: process.limit,
        VCAP_APPLICATION:
          process.application ??
          JSON.stringify({
            limits: { disk: 512, mem: Number.parseInt(process.limit, 10), x: 1 },
            name: 'a',
            ...(process.type && { process_type: process.type }),
          }),
      },
    },
  )
  expect(stderr).toBe('')
  const [memoryLimit, ...application] = stdout.trimEnd().split(' ')
  return {
    memoryLimit,
    application: application.join(' '),
    mem: JSON.parse(application.join(' ')).limits?.mem,
  }
}

describe('the memory of the sidecars is taken out of MEMORY_LIMIT exactly once', () => {
  const machines = { v1: v1(`${1024 * MIB}\n`), v2: v2(`${1024 * MIB}\n`), 'no readable limit': none }
  const sidecars: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
    'no sidecars': { web: [], worker: [] },
    'one sidecar': { web: [256], worker: [128] },
    'two sidecars': { web: [256, 64], worker: [128, 32] },
  }
  const table = Object.keys(machines).flatMap((machine) =>
    ['subtracts', 'does not subtract'].flatMap((platform) =>
      ['web', 'worker', 'task'].flatMap((type) =>
        Object.keys(sidecars).map((each) => [platform, machine, type, each]),
      ),
    ),
  )

  test.each(table)('platform that %s, %s, %s, %s', (platform = '', machine = '', type = '', set = '') => {
    const of = sidecars[set] ?? {}
    const sum = (of[type] ?? []).reduce((total, each) => total + each, 0)
    const limit = platform === 'subtracts' ? 1024 - sum : 1024
    const expected = machine === 'no readable limit' ? limit : 1024 - sum
    const { memoryLimit, mem } = reserve(
      machines[machine as keyof typeof machines],
      { web: app(...(of.web ?? [])), worker: app(...(of.worker ?? [])) },
      { ...(type !== 'task' && { type }), limit: `${limit}m`, times: 2 },
    )
    expect({ memoryLimit, mem }).toEqual({ memoryLimit: `${expected}m`, mem: expected })
  })
})

describe('where the limit is', () => {
  const web = { web: app(256) }
  const of = (machine: Machine, limit = '1024m') => reserve(machine, web, { type: 'web', limit }).memoryLimit
  const gib = `${1024 * MIB}\n`

  test.each<[string, Machine, string]>([
    ['cgroup v2 without a limit', v2('max\n'), '1024m'],
    ['cgroup v1 without a limit', v1(V1_UNLIMITED), '1024m'],
    ['cgroup v1 of an old kernel without a limit', v1('18446744073709551615\n'), '1024m'],
    ["the platform's extra 32 MB", v2(`${1056 * MIB}\n`), '768m'],
    [
      'nested, the inner one holds',
      { cgroup: '0::/a/b', tree: { 'a/b/memory.max': gib, 'a/memory.max': 'max' } },
      '768m',
    ],
    [
      'nested, an outer one holds',
      { cgroup: '0::/a/b', tree: { 'a/b/memory.max': 'max', 'a/memory.max': gib } },
      '768m',
    ],
    [
      'nested, the smallest one holds',
      { cgroup: '0::/a', tree: { 'a/memory.max': `${4096 * MIB}`, 'memory.max': gib } },
      '768m',
    ],
    ['nested v1', { cgroup: '4:memory:/a\n', tree: { 'memory/a/memory.limit_in_bytes': gib } }, '768m'],
    [
      'v1 beside other controllers',
      { cgroup: '4:cpu,memory:/\n', tree: { 'memory/memory.limit_in_bytes': gib } },
      '768m',
    ],
    ['both, v1 has the memory', { ...v1(gib), cgroup: '4:memory:/\n0::/x\n' }, '768m'],
    ['a file that is empty', v2(''), '1024m'],
    ['text that is none', v2('lots\n'), '1024m'],
  ])('%s', (_, machine, expected) => {
    expect(of(machine)).toBe(expected)
  })

  test.each([
    ['1024m', '768m'],
    ['1024M', '768m'],
    ['1024MB', '768m'],
    ['1G', '768m'],
    ['1.0g', '768m'],
    ['0.875GiB', '640m'],
    ['1048576K', '768m'],
    ['1048575k', '786431k'],
    ['1073741824', '768m'],
    ['1073741824B', '768m'],
    ['768m', '768m'],
    ['767m', '767m'],
    ['769m', '513m'],
    ['2G', '768m'],
    ['', ''],
    ['many', 'many'],
    ['99999999999999999999999G', '99999999999999999999999G'],
    ['08m', '08m'],
  ])('MEMORY_LIMIT=%s becomes %s in 1 GB beside 256 MB', (limit, expected) => {
    expect(of(v2(gib), limit)).toBe(expected)
  })

  test('VCAP_APPLICATION only changes in limits.mem', () => {
    const application =
      '{"a":"\\"limits\\":{\\"mem\\":7}","limits": {"fds":1,"mem": 1024,"disk":5},"mem":9,"process_type": "web"}'
    const out = reserve(v2(gib), web, { type: 'web', limit: '1024m', application })
    expect(out.application.replace(/\s/g, '')).toBe(application.replace('1024', '768').replace(/\s/g, ''))
    const without = '{"process_type":"web","mem":1024}'
    expect(reserve(v2(gib), web, { type: 'web', limit: '1024m', application: without }).application).toBe(
      without,
    )
  })

  test('more memory than there is leaves all as it was', () => {
    expect(of(v2(`${128 * MIB}`), '128m')).toBe('128m')
  })
})

describe('several of our buildpacks', () => {
  test('reserve the sum of all once, by the last one that has sidecars', () => {
    const first = plan(stage([[sidecar('a', { memory: megabytes(100) }), shell('a')]]), { index: '0' })
    const second = plan(stage([[sidecar('b', { memory: megabytes(50) }), shell('b')]]), {
      index: '1',
      otherSidecars: first.launch,
      earlierAffectsApp: true,
    })
    const machine = temporaryFolder({ cgroup: '0::/\n', 'memory.max': `${1024 * MIB}` })
    const at = (text: string) =>
      text.replaceAll('/proc/self/cgroup', join(machine, 'cgroup')).replaceAll('/sys/fs/cgroup', machine)
    const droplet = temporaryFolder(
      Object.fromEntries([...first.files, ...second.files].map(({ path, text }) => [path, at(text)])),
    )
    const run = (limit: string, profiles: readonly string[]) =>
      spawnSync(
        ...inStack('bash', [
          '-c',
          `${profiles.map((each) => `. "${droplet}/${each}"\n`).join('')}echo $MEMORY_LIMIT`,
        ]),
        {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
          env: {
            MEMORY_LIMIT: limit,
            VCAP_APPLICATION: '{"process_type":"web"}',
            DEPS_DIR: join(droplet, 'deps'),
          },
        },
      ).stdout.trim()
    const both = ['profile.d/0_sidecar-buildpack.sh', 'profile.d/1_sidecar-buildpack.sh']
    expect(run('1024m', both)).toBe('874m')
    expect(run('1024m', [...both, ...both])).toBe('874m')
    expect(run('1024m', [...both].reverse())).toBe('874m')
    expect(run('874m', both)).toBe('874m')
  })
})
