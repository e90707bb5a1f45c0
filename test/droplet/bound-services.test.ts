import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { EnvName } from '../../src/config/sidecar.ts'
import { hasPython } from '../tools.ts'
import { credential, env, plan, platformEnv, ShellDroplet, shell, sidecar, stage } from './shell-droplet.ts'

const droplets: ShellDroplet[] = []
afterEach(() => {
  for (const each of droplets.splice(0)) each.remove()
})

const SHOW = 'printf "<%s>" "$KEY" "$OTHER" "${VCAP_SERVICES-hidden}"'

function dropletOf(
  of: Record<string, ReturnType<typeof credential>>,
  hideEnv: readonly string[] = ['VCAP_SERVICES'],
) {
  const planned = plan(
    stage([[sidecar('an agent', { env: env(of), hideEnv: hideEnv as EnvName[] }), shell(SHOW)]]),
  )
  const droplet = new ShellDroplet(planned)
  droplets.push(droplet)
  return {
    droplet,
    run: (more: Record<string, string>) =>
      droplet.run(planned.launch[0]?.command ?? '', { ...platformEnv('web'), ...more }),
  }
}

const SERVICES = {
  'user-provided': [
    {
      name: 'my-apm',
      label: 'user-provided',
      tags: ['monitoring'],
      credentials: {
        license: { key: 'nested' },
        'license.key': 'literal \' " $(id) `id` \\ \n ü 😀 ',
        list: [1, { a: 'x' }],
      },
    },
    {
      name: 'other',
      label: 'user-provided',
      tags: ['monitoring'],
      credentials: {
        license: { key: 'nested' },
        n: 5,
        yes: true,
        no: null,
        nul: 'a\0b',
        bad: '{x',
        more: '{"x":1}y',
      },
    },
  ],
  redis: [
    { name: 'cache', instance_name: 'cache', label: 'redis', tags: ['kv'], credentials: { password: 'p w' } },
  ],
}
const VCAP_SERVICES = JSON.stringify(SERVICES)

describe.runIf(hasPython)('credentials of bound services', () => {
  test('are found by name, label or tag; a literal key comes before a dotted path; any text arrives unchanged', async () => {
    const { run } = dropletOf({
      KEY: credential('my-apm', 'license.key'),
      OTHER: credential('other', 'license.key'),
    })
    expect((await run({ VCAP_SERVICES })).stdout).toBe(
      '<literal \' " $(id) `id` \\ \n ü 😀 ><nested><hidden>',
    )
    const { run: byLabel } = dropletOf({
      KEY: credential('redis', 'password'),
      OTHER: credential('kv', 'password'),
    })
    expect((await byLabel({ VCAP_SERVICES })).stdout).toBe('<p w><p w><hidden>')
    const { run: scalars } = dropletOf({ KEY: credential('other', 'n'), OTHER: credential('my-apm', 'list') })
    expect((await scalars({ VCAP_SERVICES })).stdout).toBe('<5><[1,{"a":"x"}]><hidden>')
    const { run: path } = dropletOf({
      KEY: credential('other', 'yes'),
      OTHER: credential('my-apm', 'list.1.a'),
    })
    expect((await path({ VCAP_SERVICES })).stdout).toBe('<true><x><hidden>')
  })

  test('are looked up in the file that VCAP_SERVICES_FILE_PATH names, and under SERVICE_BINDING_ROOT', async () => {
    const { droplet, run } = dropletOf({
      KEY: credential('redis', 'password'),
      OTHER: credential('cache', 'a.b'),
    })
    droplet.write(
      'services.json',
      JSON.stringify({
        redis: [{ name: 'cache', label: 'redis', credentials: { password: 'p', a: { b: 'c' } } }],
      }),
    )
    expect((await run({ VCAP_SERVICES_FILE_PATH: join(droplet.dir, 'services.json') })).stdout).toBe(
      '<p><c><hidden>',
    )

    const binding = join(droplet.dir, 'bindings', 'cache')
    mkdirSync(binding, { recursive: true })
    for (const [key, value] of Object.entries({
      type: 'redis',
      password: 'p\n',
      a: '{"b":"c"}',
      tags: '["kv"]',
    })) {
      writeFileSync(join(binding, key), value)
    }
    expect((await run({ SERVICE_BINDING_ROOT: join(droplet.dir, 'bindings') })).stdout).toBe(
      '<p\n><c><hidden>',
    )
  })

  test.each([
    ['no service "gone" is bound', { KEY: credential('gone', 'x') }],
    ['two bound services match "monitoring": "my-apm", "other"', { KEY: credential('monitoring', 'n') }],
    ['the service "other" has no credential "key.x"', { KEY: credential('other', 'key.x') }],
    ['the service "other" has no credential "no"', { KEY: credential('other', 'no') }],
    ['the service "other" has no credential "bad.x"', { KEY: credential('other', 'bad.x') }],
    ['the service "other" has no credential "more.x"', { KEY: credential('other', 'more.x') }],
    ['the credential "nul" of the service "other" holds a NUL', { KEY: credential('other', 'nul') }],
  ])('end the sidecar with a line that says: %s', async (why, of) => {
    const { run } = dropletOf(of)
    expect(await run({ VCAP_SERVICES })).toMatchObject({
      status: 1,
      stdout: '',
      stderr: `sidecar "an agent": ${why}\n`,
    })
  })

  test('end it as well when no services are there at all, or cannot be read', async () => {
    const { run } = dropletOf({ KEY: credential('my-apm', 'x') })
    expect((await run({})).stderr).toBe('sidecar "an agent": no service "my-apm" is bound\n')
    for (const broken of [
      'secret{',
      '{"secret":',
      '{} secret',
      '{"r":[{"name":"s\n"}]}',
      '\v{}',
      '["secret"]',
      '{"r":["secret"]}',
      '{"r":7}',
    ]) {
      expect((await run({ VCAP_SERVICES: broken })).stderr, broken).toBe(
        'sidecar "an agent": the bound services cannot be read\n',
      )
    }
  })

  test('are found beside services that lack a name, a label or tags', async () => {
    const services = JSON.stringify({
      plain: [{ name: 'plain' }, { credentials: { n: 1 } }, { name: 'none', tags: null }],
      nothing: null,
      redis: [{ binding_name: 'mine', tags: ['kv'], credentials: { a: 'x' } }],
    })
    const { run } = dropletOf({ KEY: credential('kv', 'a'), OTHER: credential('redis', 'a') })
    expect((await run({ VCAP_SERVICES: services })).stdout).toBe('<x><x><hidden>')
    const { run: byBinding } = dropletOf({ KEY: credential('mine', 'a') })
    expect((await byBinding({ VCAP_SERVICES: services })).stdout).toBe('<x><><hidden>')
    const { run: several } = dropletOf({ KEY: credential('plain', 'n') })
    expect((await several({ VCAP_SERVICES: '{"plain":[{},{"name":"b"}]}' })).stderr).toContain(
      'two bound services match "plain": "None", "b"',
    )
  })

  test('arrive unchanged from files of any bytes, and one that no process can be given is named', async () => {
    const { droplet, run } = dropletOf({ KEY: credential('vault', 'key') })
    const binding = join(droplet.dir, 'bindings', 'v')
    mkdirSync(binding, { recursive: true })
    const SERVICE_BINDING_ROOT = join(droplet.dir, 'bindings')
    const write = (name: string, content: string | Uint8Array) => writeFileSync(join(binding, name), content)
    write('provider', 'vault')
    write('keystore', Uint8Array.of(0, 0xff, 0xfe))
    write('key', 'k')
    expect((await run({ SERVICE_BINDING_ROOT })).stdout).toBe('<k><><hidden>')
    write('key', 'k'.repeat(131_070))
    expect((await run({ SERVICE_BINDING_ROOT })).stderr).toBe(
      'sidecar "an agent": the credential "key" of the service "vault" is longer than the 131071 bytes of a variable\n',
    )
    expect(
      (await run({ VCAP_SERVICES: '{"v":[{"name":"vault","credentials":{"key":"\\ud800"}}]}' })).stderr,
    ).toBe('sidecar "an agent": the credential "key" of the service "vault" holds a lone surrogate\n')
  })

  test('reach the app by app_env; missing, its start ends with the reason', async () => {
    const planned = plan(
      stage([[sidecar('agent', { appEnv: env({ KEY: credential('cache', 'password') }) }), shell('true')]]),
    )
    const droplet = new ShellDroplet(planned)
    droplets.push(droplet)
    expect(
      (
        await droplet.run(SHOW, {
          ...platformEnv('web'),
          VCAP_SERVICES: '{"r":[{"name":"cache","credentials":{"password":"p"}}]}',
        })
      ).stdout,
    ).toContain('<p>')
    expect(await droplet.run(SHOW, platformEnv('web'))).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'sidecar "agent": no service "cache" is bound\n',
    })
    expect((await droplet.run(SHOW, platformEnv('worker'))).status).toBe(0)
  })

  test('are read alike by a Python without the parts of CPython that are not documented', () => {
    const { droplet } = dropletOf({ KEY: credential('other', 'n') })
    const script = join(droplet.dir, 'deps/0/credentials.py')
    const without = `import sys; sys.modules['_json'] = None; sys.argv = sys.argv[1:]; exec(open(sys.argv[0]).read())`
    const run = (args: readonly string[], services: string) => {
      const { status, stdout, stderr } = spawnSync(
        'python3',
        [...args, script, 'it', 'my-apm', 'license.key'],
        {
          env: { PATH: process.env.PATH, VCAP_SERVICES: services },
          encoding: 'utf8',
        },
      )
      return { status, stdout, stderr }
    }
    expect(run(['-IS', '-c', without], VCAP_SERVICES)).toEqual({
      status: 0,
      stdout: 'literal \' " $(id) `id` \\ \n ü 😀 \0',
      stderr: '',
    })
    for (const services of [
      VCAP_SERVICES,
      '{} secret',
      '{"a":[',
      '{"r":[{"name":"s\n"}]}',
      '\v{}',
      '',
      '{}',
    ]) {
      expect(run(['-IS', '-c', without], services), services).toEqual(run(['-IS'], services))
    }
  })
})
