import { readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readPortUses } from '../../src/droplet/port-uses.ts'
import { Staging } from '../support/staging.ts'

const SCRIPT = '#!/bin/sh\nexec sleep 1000\n'
let staging: Staging

function stage(files: ConstructorParameters<typeof Staging>[0], indexes?: readonly string[]): Staging {
  staging = new Staging(files, indexes)
  return staging
}
afterEach(() => staging.remove())

describe('as a supply buildpack', () => {
  it('writes the files, a start script and launch.yml into its deps directory, and nothing else', async () => {
    const { deps } = stage({
      'sidecars.yml':
        'sidecars:\n  - {name: config server, memory: 64M, process_types: [web, worker], source: {path: bin/c}, args: [-v]}\n',
      'bin/c': { text: SCRIPT, mode: 0o644 },
    })
    const before = staging.contents()
    await staging.supply()
    const added = Object.keys(staging.contents()).filter((path) => !(path in before))
    expect(added).toEqual([
      'deps/0/config.yml',
      'deps/0/launch.yml',
      'deps/0/profile.d',
      'deps/0/profile.d/sidecar-buildpack.sh',
      'deps/0/sidecars',
      'deps/0/sidecars/config-server',
      'deps/0/sidecars/config-server/c',
      'deps/0/start',
      'deps/0/start/config-server',
      'profile.d/0_sidecar-buildpack.sh',
    ])
    expect(staging.launchYml()).toEqual([
      {
        type: 'config server',
        command: '"$DEPS_DIR"/0/start/config-server',
        sidecarFor: ['web', 'worker'],
        memory: 64,
      },
    ])
    expect(statSync(join(deps, '0/sidecars/config-server/c')).mode & 0o777).toBe(0o755)
    expect(staging.read('deps/0/start/config-server')).toMatch(/\nexec "\$@"\n$/)
    expect(staging.read('profile.d/0_sidecar-buildpack.sh')).toBe(
      staging.read('deps/0/profile.d/sidecar-buildpack.sh'),
    )
  })

  it('refuses a working_dir that is a file, and warns of one that is not in the app', async () => {
    const conf = 'sidecars:\n  - {name: a, command: ./a, working_dir: conf}\n'
    stage({ 'sidecars.yml': conf, conf: 'x' })
    await expect(staging.supply()).rejects.toThrow(
      'sidecars.yml:2:12: working_dir conf of a is not a directory; use the directory that contains it',
    )
    staging.remove()
    stage({ 'sidecars.yml': conf })
    await staging.supply()
    expect(staging.lines).toContainEqual(expect.stringContaining('working_dir conf of a is not in the app; '))
    staging.remove()
    stage({ 'sidecars.yml': conf, 'conf/x': 'x' })
    await staging.supply()
    expect(staging.lines.join()).not.toContain('working_dir')
  })

  it('starts a sidecar without source by its command if it need not be distinguished from the app', async () => {
    stage({ 'sidecars.yml': 'sidecars:\n  - {name: a, command: \'run "$PORT" && : # 😀\'}\n' })
    await staging.supply()
    expect(staging.launchYml()).toEqual([
      { type: 'a', command: 'run "$PORT" && : # 😀', sidecarFor: ['web'], memory: 0 },
    ])
    expect(staging.exists('deps/0/start')).toBe(false)
  })

  it('says in the log who it is and which sidecar it adds to which processes', async () => {
    stage({
      'sidecars.yml':
        'sidecars:\n  - {name: a "b", command: x, memory: 64M}\n  - {name: c, command: x, process_types: [web, clock]}\n',
      Procfile: 'clock: y',
    })
    await staging.supply()
    expect(staging.lines).toEqual([
      '-----> Sidecar Buildpack 1.2.3\n',
      '       Sidecar "a \\"b\\"" added to process web (64M)\n',
      '       Sidecar "c" added to processes web, clock\n',
    ])
  })

  it('gives every sidecar a start script if the app must be distinguished from them', async () => {
    stage({
      'sidecars.yml': 'sidecars:\n  - {name: a, command: x}\n  - {name: b, command: y, app_env: {B: 1}}\n',
    })
    await staging.supply()
    expect(staging.launchYml().map(({ command }) => command)).toEqual([
      '"$DEPS_DIR"/0/start/a',
      '"$DEPS_DIR"/0/start/b',
    ])
  })

  it('tells the commands of other sidecars from the app, and not those of its processes', async () => {
    stage({ 'sidecars.yml': 'sidecars:\n  - {name: a, command: x, memory: 64M}\n' }, ['0', '1'])
    staging.write(staging.deps, {
      '0/launch.yml':
        'processes: [{type: web, command: run-web}, {type: apm, command: run-apm, platforms: {cloudfoundry: {sidecar_for: [web]}}}]',
    })
    await staging.supply({ index: '1' })
    const script = staging.read('deps/1/profile.d/sidecar-buildpack.sh')
    expect(script).toContain('run-apm')
    expect(script).not.toContain('run-web')
  })

  it('writes config.yml with a config mapping, without which Java buildpack 4.x breaks', async () => {
    stage({ 'sidecars.yml': 'sidecars:\n  - {name: a, command: x}\n' })
    await staging.supply()
    expect(staging.read('deps/0/config.yml')).toBe(
      'name: "Sidecar Buildpack"\nversion: "1.2.3"\nconfig:\n  "sidecar_buildpack": "1.2.3"\n',
    )
  })

  it('marks the ports of the sidecars in config.yml, for run', async () => {
    const proxy = '{name: a, command: x, proxy: true, wait_for: {http: "http://example.com"}}'
    const server = '{name: b, command: x, process_types: [web, worker], wait_for: {port: 8082}}'
    stage({ 'sidecars.yml': `sidecars: [${proxy}, ${server}]\n` })
    await staging.supply()
    const use = { sidecar: 'b', purpose: 'wait_for', port: { number: 8082, isFixed: true } }
    expect(readPortUses(staging.read('deps/0/config.yml'))).toEqual([
      { processType: 'web', sidecar: 'a', purpose: 'proxy', port: { number: 18080, isFixed: false } },
      { processType: 'web', ...use },
      { processType: 'worker', ...use },
    ])
    expect(readPortUses('config:\n  "sidecar_buildpack_ports": ["{", "18080"]\n')).toEqual([])
  })

  it('writes launch.yml into the unpadded folder too when there are ten buildpacks or more', async () => {
    stage({ 'sidecars.yml': 'sidecars:\n  - {name: a, command: x}\n' }, ['00', '01', '10'])
    await staging.supply({ index: '01' })
    expect(staging.read('deps/1/launch.yml')).toBe(staging.read('deps/01/launch.yml'))
  })

  it('gives the same files, contents and modes when staged twice, also after a staging that was killed', async () => {
    const files = {
      'sidecars.yml': 'sidecars:\n  - {name: a, source: {path: d, executable: r}, env: {A: b}}\n',
      'd/r': SCRIPT,
      'd/data': 'x',
    }
    stage(files)
    await staging.supply()
    const first = staging.contents()
    staging.write(join(staging.root, 'contents'), {
      'deps/0/sidecars/a/left': 'over',
      'deps/0/start/z': 'over',
      'profile.d/0_sidecar-buildpack.sh': 'half',
    })
    await staging.supply()
    expect(staging.contents()).toEqual(first)
  })

  it('says when there is nothing to do', async () => {
    stage({ 'app.rb': '' })
    await staging.supply()
    expect(staging.lines.join('')).toContain('**WARNING** No sidecars.yml found in the app or the buildpack')
  })

  it('runs setup in the folder of the sidecar with its output in the log, and hides no failure', async () => {
    stage({
      'sidecars.yml':
        'sidecars:\n  - {name: a, source: {path: r}, setup: "echo made in $(basename $PWD); echo x > made"}\n',
      r: SCRIPT,
    })
    await staging.supply()
    expect(staging.read('deps/0/sidecars/a/made')).toBe('x\n')
    expect(staging.lines).toContain('         made in a\n')
    writeFileSync(
      join(staging.app, 'sidecars.yml'),
      'sidecars:\n  - {name: a, source: {path: r}, setup: "echo the reason; exit 3"}\n',
    )
    await expect(staging.supply()).rejects.toThrow(
      'sidecars.yml:2:41: setup of a failed (status 3); correct the script; its output is above',
    )
    expect(staging.lines).toContain('         the reason\n')
  })

  it('lets setup open /dev/stdout and /dev/stderr', async () => {
    stage({
      'sidecars.yml':
        'sidecars:\n  - {name: a, source: {path: r}, setup: "echo out > /dev/stdout; echo err > /dev/stderr"}\n',
      r: SCRIPT,
    })
    await staging.supply()
    expect(staging.lines).toEqual(expect.arrayContaining(['         out\n', '         err\n']))
    expect(readdirSync(join(staging.deps, '0/sidecars'))).toEqual(['a'])
  })

  it('logs an endless line of setup in pieces, so that it does not fill the memory', async () => {
    const setup = "head -c 200000 /dev/zero | tr '\\0' x"
    stage({
      'sidecars.yml': `sidecars: [{name: a, source: {path: r}, setup: ${JSON.stringify(setup)}}]`,
      r: SCRIPT,
    })
    await staging.supply()
    const lengths = staging.lines.filter((line) => line.includes('xxx')).map((line) => line.trim().length)
    expect(lengths).toEqual([65_536, 65_536, 65_536, 200_000 - 3 * 65_536])
  })

  it('never writes a value of env to the log', async () => {
    stage({
      'sidecars.yml':
        'sidecars:\n  - {name: a, command: x, env: {TOKEN: s3cret-value}, app_env: {OTHER: s3cret-too}}\n',
    })
    await staging.supply()
    expect(staging.lines.join('')).not.toContain('s3cret')
  })

  it('keeps names apart that are the same once made safe', async () => {
    stage({
      'sidecars.yml':
        'sidecars:\n  - {name: a b, source: {path: r}}\n  - {name: a/b, source: {path: r}}\n  - {name: A-B, source: {path: r}}\n',
      r: SCRIPT,
    })
    await staging.supply()
    const folders = staging.launchYml().map(({ command }) => command.replace(/.*\//, '').toLowerCase())
    expect(new Set(folders).size).toBe(3)
  })
})

describe('refuses, with nothing written, not even a folder,', () => {
  const refusing: [string, Record<string, string>, RegExp][] = [
    [
      'a sidecar named like a process of the Procfile',
      { 'sidecars.yml': 'sidecars:\n  - {name: clock, command: x}\n', Procfile: 'clock: y\n' },
      /^sidecars\.yml:2:12: the sidecar clock has the name of a process in the Procfile/,
    ],
    [
      'a source that is missing',
      { 'sidecars.yml': 'sidecars:\n  - {name: a, source: {path: nowhere}}\n' },
      /^sidecars\.yml:2:2\d: .*nowhere/,
    ],
    [
      'sidecars that take all the memory',
      { 'sidecars.yml': 'sidecars:\n  - {name: a, command: x, memory: 1G}\n' },
      /use 1G, which leaves nothing of the 1G memory limit of staging/,
    ],
    ['a broken Procfile', { 'sidecars.yml': 'sidecars: []\n', Procfile: 'web: [x\n' }, /^Procfile:/],
    [
      'a script with CR in its first line',
      { 'sidecars.yml': 'sidecars:\n  - {name: a, source: {path: r}}\n', r: '#!/bin/sh\r\necho\r\n' },
      /ends in a carriage return/,
    ],
  ]
  it.each(refusing)('%s', async (_title, files, message) => {
    stage(files)
    const before = staging.contents()
    expect(await staging.refusal()).toEqual([expect.stringMatching(message)])
    expect(staging.contents()).toEqual(before)
  })

  it('sidecars that take all the memory together with those of a buildpack before', async () => {
    stage({ 'sidecars.yml': 'sidecars:\n  - {name: a, command: x, memory: 1000M}\n' }, ['0', '1'])
    const launchYml = (type: string) =>
      `processes:\n- type: apm\n  command: y\n  limits: { memory: 24 }\n  platforms: { cloudfoundry: { sidecar_for: [${type}] } }\n`
    staging.write(staging.deps, { '0/launch.yml': launchYml('web') })
    expect(await staging.refusal({ index: '1' })).toEqual([
      'sidecars.yml:2:12: the sidecars of web use 1G (24M of it in other buildpacks), which leaves nothing of the 1G memory limit of staging; give the app more memory than its sidecars together',
    ])
    staging.write(staging.deps, { '0/launch.yml': launchYml('worker') })
    await staging.supply({ index: '1' })
  })

  it('a Procfile that cannot be read; a broken link is ignored', async () => {
    stage({ 'sidecars.yml': 'sidecars: []\n', 'Procfile/web': 'x\n' })
    const refused = (why: string) => [
      `Procfile:1:1: Cloud Foundry cannot read this Procfile: the file ${why}; make it a file, or remove it`,
    ]
    expect(await staging.refusal()).toEqual(refused('is a directory, expected a file'))
    const file = join(staging.app, 'Procfile')
    rmSync(file, { recursive: true })
    symlinkSync('Procfile', file)
    expect(await staging.refusal()).toEqual(refused('is a circular link'))
    rmSync(file)
    symlinkSync('nowhere', file)
    await staging.supply()
  })

  it('a name that an earlier buildpack brings, with both origins', async () => {
    stage({ 'sidecars.yml': 'sidecars:\n  - {name: apm, command: x}\n' }, ['0', '1'])
    staging.write(staging.deps, {
      '0/config.yml': 'name: acme\nversion: 1\nconfig: {}\n',
      '0/launch.yml':
        'processes:\n- {type: apm, command: y, platforms: {cloudfoundry: {sidecar_for: [web]}}}\n',
    })
    expect(await staging.refusal({ index: '1' })).toEqual([
      'sidecars.yml:2:12: both the buildpack acme and the app declare the sidecar apm; the platform would keep only one of them; choose another name',
    ])
  })

  it('all problems of all kinds in one run', async () => {
    stage({
      'sidecars.yml':
        'sidecars:\n  - {name: web, command: x}\n  - {name: b, source: {path: nowhere}}\n  - {name: p, command: y, memory: 3}\n',
      Procfile: 'p: z\n',
    })
    expect((await staging.refusal()).map((each) => each.replace(/^sidecars\.yml:(\d).*/, '$1'))).toEqual([
      '2',
      '3',
      '4',
      '4',
    ])
  })
})

describe('two buildpacks of ours in one pipeline', () => {
  const carried = 'sidecars:\n  - {name: agent, command: run-agent, memory: 64M}\n'

  const laidOut = (digit: string, sidecarsYml?: string) => {
    const folder = staging.layOutBuildpack(digit.repeat(32))
    staging.write(folder, { 'bin/start-node.bash': '' })
    if (sidecarsYml) staging.write(folder, { 'config/sidecars.yml': sidecarsYml })
    return folder
  }

  it('the first takes the app’s entries, each the overrides of what it carries', async () => {
    stage(
      {
        'sidecars.yml':
          'sidecars:\n  - {name: mine, command: x, memory: 32M}\n  - {name: agent, memory: 128M}\n',
      },
      ['0', '1'],
    )
    const vendor = laidOut('1', carried)
    await staging.supply({ buildpackDir: laidOut('0') })
    await staging.supply({ index: '1', buildpackDir: vendor, buildpackName: 'acme' })
    expect(staging.lines.join('')).not.toContain('WARNING')
    expect(staging.launchYml('0').map(({ type, memory }) => [type, memory])).toEqual([['mine', 32]])
    expect(staging.launchYml('1').map(({ type, memory }) => [type, memory])).toEqual([['agent', 128]])
    expect(staging.read('deps/1/profile.d/sidecar-buildpack.sh')).toContain(String(160 << 20))
  })

  it('the second gives each sidecar a start script, by which the profile.d of the first tells it from the app', async () => {
    const only = 'sidecars:\n  - {name: a, command: x}\n'
    stage({ 'sidecars.yml': 'sidecars: []\n' }, ['0', '1'])
    await staging.supply({ buildpackDir: laidOut('0') })
    await staging.supply({ index: '1', buildpackDir: laidOut('1', only) })
    expect(staging.launchYml('1')).toMatchObject([{ command: '"$DEPS_DIR"/1/start/a' }])
  })

  it('an unused override causes a warning', async () => {
    stage({ 'sidecars.yml': 'sidecars:\n  - {name: agnt, memory: 128M}\n' })
    await staging.supply()
    expect(staging.lines.join('')).toMatch(
      /WARNING\*\* sidecars\.yml:2:5: this entry overrides sidecar agnt, which no buildpack so far includes/,
    )
  })

  it('a misspelled name of an override is reported', async () => {
    stage({ 'sidecars.yml': 'sidecars:\n  - {name: agnt, memory: 128M}\n' })
    await staging.supply({ buildpackDir: laidOut('0', carried) })
    expect(staging.lines.join('')).toContain('agnt, which no buildpack so far includes; did you mean agent?')
  })

  const WARNING = /this entry overrides sidecar (\w+), which no/g
  const warnings = () => [...staging.lines.join('').matchAll(WARNING)].map(([, name]) => name)
  it('an override that disables a later sidecar causes no warning, and an unused one only one, by the last buildpack', async () => {
    const overrides =
      'sidecars:\n  - {name: agent, enabled: false}\n  - {name: later, enabled: false}\n  - {name: age, memory: 1M}\n'
    stage({ 'sidecars.yml': overrides }, ['0', '1', '2'])
    const first = laidOut('1', 'sidecars:\n  - {name: other, command: x}\n')
    const second = laidOut('2', `${carried}  - {name: later, command: x, when: {env: NEVER}}\n`)
    const last = laidOut('0')
    await staging.supply({ buildpackDir: first })
    await staging.supply({ index: '1', buildpackDir: second })
    expect(warnings()).toEqual([])
    expect(staging.lines.filter((line) => line.includes('disabled'))).toEqual([
      '       Sidecar "agent" is disabled\n',
      '       Sidecar "later" is disabled\n',
    ])
    await staging.supply({ index: '2', buildpackDir: last })
    staging.finalize({ index: '2', buildpackDir: last })
    expect(warnings()).toEqual(['age'])
  })

  it('finalize warns where buildpacks of ours are laid out that do not run', async () => {
    stage({ 'sidecars.yml': 'sidecars:\n  - {name: agent, enabled: false}\n' })
    laidOut('1', carried)
    const buildpackDir = laidOut('0')
    await staging.supply({ buildpackDir })
    expect(warnings()).toEqual([])
    staging.finalize({ buildpackDir })
    expect(warnings()).toEqual(['agent'])
  })
})

describe('proxies of two buildpacks of ours', () => {
  it('are refused on one process type, because they would not form a chain', async () => {
    stage({ 'sidecars.yml': 'sidecars:\n  - {name: front, command: x, proxy: true}\n' }, ['0', '1'])
    const vendor = staging.layOutBuildpack('1'.repeat(32))
    staging.write(vendor, {
      'config/sidecars.yml': 'sidecars:\n  - {name: guard, command: y, proxy: true}\n',
    })
    await staging.supply()
    expect(await staging.refusal({ index: '1', buildpackDir: vendor })).toEqual([
      expect.stringMatching(
        /^config\/sidecars\.yml:2:12: guard is a proxy of web, which already has a proxy of the buildpack Sidecar Buildpack/,
      ),
    ])
  })
})

describe('when', () => {
  const app = {
    'sidecars.yml':
      'sidecars:\n  - {name: a, command: x, when: {service: my-apm}}\n  - {name: b, command: y, when: {env: WANTS_B}}\n',
  }
  const services = (instance: object) =>
    JSON.stringify({
      'user-provided': [{ name: 'n', label: 'user-provided', tags: [], credentials: {}, ...instance }],
    })

  it.each([
    ['name', services({ name: 'my-apm' }), true],
    ['label', services({ label: 'my-apm' }), true],
    ['tag', services({ tags: ['x', 'my-apm'] }), true],
    ['nothing', services({}), false],
  ])('stages a sidecar by the %s of a bound service, and says so', async (_by, VCAP_SERVICES, staged) => {
    stage(app)
    await staging.supply({ env: { VCAP_SERVICES, CF_STACK: 'cflinuxfs4' } })
    expect(staging.launchYml().map(({ type }) => type)).toEqual(staged ? ['a'] : [])
    expect(staging.lines.join('')).toMatch(
      staged ? /a: service .* is bound/ : /Skipping sidecar a: service my-apm is not bound/,
    )
  })

  it('stages a sidecar when several services match one of its patterns, and names them', async () => {
    stage({ 'sidecars.yml': 'sidecars: [{name: a, command: x, when: {any: [none, "my-*"]}}]\n' })
    const VCAP_SERVICES = '{"redis": [{"name": "my-a"}, {"name": "other"}, {"name": "my-b"}]}'
    await staging.supply({ env: { VCAP_SERVICES, CF_STACK: 'cflinuxfs4' } })
    expect(staging.launchYml().map(({ type }) => type)).toEqual(['a'])
    expect(staging.lines.join('')).toContain('a: service my-a, my-b is bound')
  })

  it('stages a sidecar by an env variable', async () => {
    stage(app)
    await staging.supply({ env: { WANTS_B: '' } })
    expect(staging.launchYml().map(({ type }) => type)).toEqual(['b'])
  })
})
