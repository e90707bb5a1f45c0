import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { EnvName } from '../../src/config/sidecar.ts'
import { removedAfterTest } from '../support/cleanup.ts'
import { hasPerl } from '../support/programs.ts'
import {
  credential,
  env,
  plan,
  platformEnv,
  ShellDroplet,
  shell,
  sidecar,
  stage,
} from '../support/shell-droplet.ts'

const SHOW = 'printf "<%s>" "$KEY" "$OTHER" "${VCAP_SERVICES-hidden}"'

function dropletOf(
  of: Record<string, ReturnType<typeof credential>>,
  hideEnv: readonly string[] = ['VCAP_SERVICES'],
) {
  const planned = plan(
    stage([[sidecar('an agent', { env: env(of), hideEnv: hideEnv as EnvName[] }), shell(SHOW)]]),
  )
  const droplet = removedAfterTest(new ShellDroplet(planned))
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

describe.runIf(hasPerl)('credentials of bound services', () => {
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
    const { run: byPattern } = dropletOf({
      KEY: credential('*o*h?r', 'license.key'),
      OTHER: credential(['gone', 'red??'], 'password'),
    })
    expect((await byPattern({ VCAP_SERVICES })).stdout).toBe('<nested><p w><hidden>')
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
    ['service "gone" is not bound', { KEY: credential('gone', 'x') }],
    ['2 bound services match "monitoring": "my-apm", "other"', { KEY: credential('monitoring', 'n') }],
    [
      '3 bound services match "*apm" or "other" or "kv": "my-apm", "other", "cache"',
      { KEY: credential(['*apm', 'other', 'kv'], 'n') },
    ],
    ['service "none" or "ot?r" is not bound', { KEY: credential(['none', 'ot?r'], 'n') }],
    ['service "other" has no credential "key.x"', { KEY: credential('other', 'key.x') }],
    ['service "other" has no credential "no"', { KEY: credential('other', 'no') }],
    ['service "other" has no credential "bad.x"', { KEY: credential('other', 'bad.x') }],
    ['service "other" has no credential "more.x"', { KEY: credential('other', 'more.x') }],
    [
      'credential "nul" of service "other" contains a NUL byte, which an environment variable cannot hold',
      { KEY: credential('other', 'nul') },
    ],
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
    expect((await run({})).stderr).toBe('sidecar "an agent": service "my-apm" is not bound\n')
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
        'sidecar "an agent": cannot read the bound services from VCAP_SERVICES\n',
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
      '2 bound services match "plain": "plain", "b"',
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
      'sidecar "an agent": credential "key" of service "v" is too long: an environment variable holds at most 131071 bytes with its name\n',
    )
    expect(
      (await run({ VCAP_SERVICES: '{"v":[{"name":"vault","credentials":{"key":"\\ud800"}}]}' })).stderr,
    ).toBe(
      'sidecar "an agent": credential "key" of service "vault" contains a lone surrogate, which is not valid Unicode\n',
    )
  })

  test('have a default for a service that is not bound and a credential that is missing, but not for two matches', async () => {
    const { run } = dropletOf({
      KEY: credential('gone', 'x', 'not $MARK $$ "'),
      OTHER: credential('other', 'no', ''),
    })
    expect((await run({ VCAP_SERVICES, MARK: 'a b' })).stdout).toBe('<not a b $$ "><><hidden>')
    expect((await run({})).stdout).toBe('<not  $$ "><><hidden>')
    const { run: bound } = dropletOf({
      KEY: credential('other', 'n', 'unused'),
      OTHER: credential('my-apm', 'list.1.a', '$KEY'),
    })
    expect((await bound({ VCAP_SERVICES })).stdout).toBe('<5><x><hidden>')
    const { run: required } = dropletOf({
      KEY: credential('gone', 'x', 'default'),
      OTHER: credential('gone', 'x'),
    })
    expect((await required({})).stderr).toBe('sidecar "an agent": service "gone" is not bound\n')
    const { run: several } = dropletOf({ KEY: credential('monitoring', 'n', 'default') })
    expect((await several({ VCAP_SERVICES })).stderr).toContain('2 bound services match "monitoring"')
    const { run: empty } = dropletOf({ KEY: credential('s', 'empty', 'default') })
    const services = '{"s":[{"name":"s","credentials":{"empty":""}}]}'
    expect((await empty({ VCAP_SERVICES: services })).stdout).toBe('<><><hidden>')
    expect((await empty({ VCAP_SERVICES: 'x' })).stderr).toContain('cannot read the bound services')
  })

  test('are all credentials as JSON without a key, with numbers and order as written', async () => {
    const { droplet, run } = dropletOf({ KEY: credential('s'), OTHER: credential('*', undefined, 'none') })
    const of = (credentials: string) => `{"s":[{"name":"s","credentials":${credentials}}]}`
    const all =
      '{"n":12345678901234567890,"a":0.10,"text":"\\u0000\\n ü","in":"{\\"x\\":1}","list":[null,true,{}]}'
    expect((await run({ VCAP_SERVICES: of(all) })).stdout).toBe(`<${all}><${all}><hidden>`)
    expect((await run({ VCAP_SERVICES: of('{}') })).stdout).toBe('<{}><{}><hidden>')
    expect((await run({ VCAP_SERVICES: of('null') })).stderr).toBe(
      'sidecar "an agent": service "s" has no credentials\n',
    )
    expect((await run({ VCAP_SERVICES: of('"opaque"') })).stdout).toBe('<"opaque"><"opaque"><hidden>')
    const long = `{"a":"${'x'.repeat(131_070)}"}`
    droplet.write('long.json', of(long))
    expect((await run({ VCAP_SERVICES_FILE_PATH: join(droplet.dir, 'long.json') })).stderr).toContain(
      'the JSON of service "s" is too long',
    )
    const files = {
      type: 'redis',
      plan: 'p',
      'instance-name': 'i',
      tags: '["kv"]',
      port: '0.10',
      b: '{"c": 1.0}',
    }
    mkdirSync(join(droplet.dir, 'bindings', 's'), { recursive: true })
    for (const [key, value] of Object.entries(files))
      writeFileSync(join(droplet.dir, 'bindings', 's', key), value)
    const json = '{"b":{"c":1.0},"port":"0.10"}'
    expect((await run({ SERVICE_BINDING_ROOT: join(droplet.dir, 'bindings') })).stdout).toBe(
      `<${json}><${json}><hidden>`,
    )
  })

  test('have a default that is put around a variable of the app once', async () => {
    const appEnv = env({ PATH: credential('gone', 'x', '/opt/x:$PATH') })
    const planned = plan(stage([[sidecar('agent', { appEnv }), shell('true')]]))
    const droplet = removedAfterTest(new ShellDroplet(planned))
    const again = 'for each in "$HOME"/../profile.d/*.sh; do . "$each"; done; echo "$PATH"'
    const { stdout } = await droplet.run(again, { ...platformEnv('web'), PATH: '/usr/bin:/bin' })
    expect(stdout).toBe('/opt/x:/usr/bin:/bin\n')
  })

  test('reach the app by app_env; missing, its start ends with the reason', async () => {
    const planned = plan(
      stage([[sidecar('agent', { appEnv: env({ KEY: credential('cache', 'password') }) }), shell('true')]]),
    )
    const droplet = removedAfterTest(new ShellDroplet(planned))
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
      stderr: 'sidecar "agent": service "cache" is not bound\n',
    })
    expect((await droplet.run(SHOW, platformEnv('worker'))).status).toBe(0)
  })

  test('are numbers exactly as written, of any size and precision', async () => {
    const { run } = dropletOf({ KEY: credential('s', 'n'), OTHER: credential('s', 'all') })
    for (const number of [
      '12345678901234567890',
      '0.10',
      '-0',
      '-0.0',
      '1e400',
      '1E+5',
      '0.1234567890123456789012345',
      '9'.repeat(400),
    ]) {
      const services = `{"s":[{"name":"s","credentials":{"n":${number},"all":[ ${number} ,{"x": ${number}}]}}]}`
      expect((await run({ VCAP_SERVICES: services })).stdout).toBe(
        `<${number}><[${number},{"x":${number}}]><hidden>`,
      )
    }
  })

  test('are objects in the order of their keys as written; of a key given twice the last value counts', async () => {
    const { run } = dropletOf({ KEY: credential('s', 'o'), OTHER: credential('s', 'o.b') })
    const services = '{"s":[{"name":"s","credentials":{"o":{"z":1,"b":[],"a":{},"10":null,"b":true}}}]}'
    expect((await run({ VCAP_SERVICES: services })).stdout).toBe(
      '<{"z":1,"b":true,"a":{},"10":null}><true><hidden>',
    )
  })

  test('do not depend on what the app sets for its own Perl, nor on its locale', async () => {
    const { droplet, run } = dropletOf({ KEY: credential('my-apm', 'license.key') })
    droplet.write('lib/strict.pm', 'die "the app\'s own"')
    const perl = { PERL5OPT: '-Mstrict -l -w', PERL5LIB: join(droplet.dir, 'lib'), PERL_UNICODE: 'SDA' }
    for (const locale of [{ LANG: 'xx_XX.UTF-8' }, { LC_ALL: 'C' }]) {
      expect(await run({ VCAP_SERVICES, ...perl, ...locale })).toMatchObject({
        stdout: '<literal \' " $(id) `id` \\ \n ü 😀 ><><hidden>',
        stderr: expect.not.stringMatching(/perl:|the app's own/),
      })
    }
  })
})
