import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import type { Plan } from '../../src/plan/plan.ts'
import { temporaryFolder } from '../support/files.ts'
import { classFile, jar, manifest } from '../support/jars.ts'

const MIB = 1024 ** 2
const library = jar(Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`a/C${index}.class`, 'x'])))
const sidecars = `
sidecars:
  - name: helper
    memory: 64M
    command: ./helper
  - name: mock
    memory: 128M
    source: {path: mock.jar}
    proxy: true
java:
  options: ["-Dkey=s3cret"]
`
const app = {
  'META-INF/MANIFEST.MF': manifest('Main-Class: Main', 'Start-Class: Main'),
  'BOOT-INF/lib/library.jar': library,
  'BOOT-INF/classes/Main.class': classFile(17),
  'mock.jar': jar({ 'META-INF/MANIFEST.MF': manifest('Main-Class: A'), 'A.class': classFile(17) }),
  'sidecars.yml': sidecars,
}

async function plan(files: Readonly<Record<string, string | Buffer>>, ...args: readonly string[]) {
  const cwd = temporaryFolder(files)
  const out: string[] = []
  const err: string[] = []
  const line = {
    env: {},
    cwd,
    out: (text: string | Uint8Array) => void out.push(String(text)),
    err: (text: string | Uint8Array) => void err.push(String(text)),
    isTerminal: false,
  }
  const status = await main(['plan', ...args], line)
  const text = out.join('')
  return { status, out: text, err: err.join(''), plan: () => JSON.parse(text) as Plan }
}

describe('plan', () => {
  it('says of a sidecar without memory only that staging refuses it where staging sees it', async () => {
    const manifest = `applications:
- {name: a, memory: 2G, sidecars: [{name: m, process_types: [web], command: x}]}`
    const files = { ...app, 'manifest.yml': manifest }
    expect((await plan(files, '-f', 'manifest.yml')).status).toBe(0)
    const bare = { ...files, 'sidecars.yml': 'sidecars: [{name: b, command: x}]' }
    expect((await plan(bare, '-f', 'manifest.yml')).out).toMatch(
      /the sidecar b has no memory, so staging fails/,
    )
  })

  it('says how a sidecar is checked and what that notices', async () => {
    const entry = (check: string) => `- {name: ${check.slice(0, 4)}, command: x, health: {${check}}}\n`
    const checks = [
      'port: 81',
      'http: "http://localhost:82/x?token=s3cret"',
      'command: test -e x, failures: 1',
    ]
    const files = { 'sidecars.yml': `sidecars:\n${checks.map(entry).join('')}`, Procfile: 'web: x' }
    const { out } = await plan(files)
    const times = 'every 30 s, timeout 1 s, grace 60 s'
    expect(out.match(/health: .*/g)).toEqual([
      `health: port 81 accepts connections (${times}; unhealthy after 3 failures; does not notice a hang)`,
      `health: http://localhost:82/x answers with a 2xx status (${times}; unhealthy after 3 failures; notices a hang)`,
      `health: test -e x exits with status 0 (${times}; unhealthy after 1 failure; notices a hang)`,
    ])
    expect((await plan(files, '--json')).plan().sidecars[0]?.health).toMatch(/^port 81 accepts/)
  })

  it('draws the order in which sidecars start', async () => {
    const sidecars =
      'sidecars: [{name: b, command: x, after: [a]}, {name: a, command: x, memory: {limit: 8M, guard: true}, restart: always}]'
    const { out } = await plan({ 'sidecars.yml': sidecars, Procfile: 'web: x' })
    expect(out).toContain('  start order: a, b (after a), web\n')
    expect(out).toContain('  starts after, and stops before: a (it has started)\n')
    expect(out).toContain('Sidecar a: with web, 8M, restarted if it uses more, restarted: always\n')
    expect(
      (await plan({ 'sidecars.yml': 'sidecars: [{name: b, command: x}]', Procfile: 'web: x' })).out,
    ).not.toContain('start order')
  })

  it('says which source the app does not have', async () => {
    const files = { 'sidecars.yml': 'sidecars: [{name: a, source: {path: nope}}]', Procfile: 'web: x' }
    const { status, out } = await plan(files)
    expect(status).toBe(1)
    expect(out).toMatch(
      /^web, 1G: will not start: the source of the sidecar a is missing, so staging fails$/m,
    )
    expect(out).toMatch(/^ {2}source: path nope \(not found\)$/m)
    expect(out).toMatch(/^Added to the droplet: 0 bytes$/m)
  })

  it('knows the layout of a jar of classes in which no folder has an entry, and a configuration at a path with dots', async () => {
    const files = {
      'app.jar': jar({
        'META-INF/MANIFEST.MF': manifest('Main-Class: Main', 'Start-Class: Main'),
        'BOOT-INF/classes/Main.class': classFile(17),
        'conf/s.yml': 'sidecars: [{name: dotted, command: x, memory: 1M}]',
      }),
      'manifest.yml': 'applications: [{name: a, env: {SIDECARS_CONFIG_PATH: ./x/../conf/s.yml}}]',
    }
    const { plan: planned } = await plan(files, 'app.jar', '-f', 'manifest.yml', '--json')
    expect(planned().java?.layout).toBe('spring-boot')
    expect(planned().sidecars.map(({ name }) => name)).toEqual(['dotted'])
  })

  it('shows how the memory calculator divides what the sidecars leave', async () => {
    const { status, plan: planned } = await plan(app, '--json')
    const { java, processes, willStart } = planned()
    expect(status).toBe(0)
    expect(willStart).toBe(true)
    expect(java).toMatchObject({
      layout: 'spring-boot',
      classes: 302,
      loadedClasses: 14_880,
      javaVersionGiven: false,
    })
    expect(processes).toHaveLength(1)
    expect(processes[0]).toMatchObject({
      type: 'web',
      container: 1024 * MIB,
      app: 832 * MIB,
      willStart: true,
    })
    const { regions, options } = processes[0]?.jvm ?? {}
    expect(options).toMatch(/^-XX:MaxDirectMemorySize=10M -XX:MaxMetaspaceSize=97953K .*-Xmx242014K$/)
    expect(Object.values(regions ?? {}).reduce((sum, each) => sum + each, 0)).toBe(832 * MIB)
  })

  it('is the same for an archive and the directory that cf push makes of it', async () => {
    const ofFolder = (await plan(app, '--json')).plan()
    const ofArchive = (await plan({ 'app.jar': jar(app) }, 'app.jar', '--json')).plan()
    expect({ ...ofArchive, app: '' }).toEqual({ ...ofFolder, app: '' })
  })

  it('draws the bar, the ports, the sidecars and what they add, and no value of an option', async () => {
    const { out } = await plan(app)
    expect(out).toContain('web, 1G: will start')
    expect(out).toMatch(/^ {2}\|s+H+m+c+t+d\|$/m)
    expect(out).toContain('port: :8080 mock -> :18080 app')
    expect(out).toMatch(/Sidecar mock: with web, 128M\n {2}source: path mock\.jar, adds \d+ bytes/)
    expect(out).toContain('on the JVM of the app: -XX:+UseSerialGC')
    expect(out).toContain('192M too much')
    expect(out).not.toContain('s3cret')
  })

  it('says that it will not start, why, and with how much it would: to the megabyte', async () => {
    const { status, out, plan: planned } = await plan(app, '--memory', '700M', '--json')
    expect(status).toBe(1)
    const [web] = planned().processes
    expect(web?.reason).toBe(
      'the memory calculator needs 596M and has 508M: the app would crash at each start',
    )
    // 16M of heap, in which Spring Boot starts.
    expect(web?.smallest).toBe(804 * MIB)
    expect(web?.jvm?.smallest).toBe(804 * MIB)
    expect(out).not.toContain('"options": ""')
    expect((await plan(app, '--memory', '792M')).status).toBe(0)
    expect((await plan(app, '--memory', '791M', '--java-buildpack', '5')).status).toBe(1)
    expect((await plan(app, '--memory', '700M')).out).toMatch(/\|s+m+c+\|?t+\|?t*d {2}\S+ too much/)
  })

  it('takes no size out of the middle of an option: its blanks are quoted on the platform', async () => {
    const options = '["-Dkey=a -Xmx5g", -Xss512k]'
    const { plan: planned } = await plan(
      { ...app, 'sidecars.yml': sidecars.replace('["-Dkey=s3cret"]', options) },
      '--json',
    )
    const jvm = planned().processes[0]?.jvm
    expect(jvm?.outcome).toBe('fits')
    expect(jvm?.options).toMatch(/-Xmx/)
    expect(jvm?.options).not.toMatch(/-Xss/)
  })

  it('takes the class count that the buildpack takes where it counts none', async () => {
    const env = '{JBP_CONFIG_JAVA_MAIN: "{java_main_class: Main}", BP_JAVA_VERSION: "8"}'
    const { plan: planned } = await plan(
      {
        'manifest.yml': `applications: [{name: app, env: ${env}}]`,
        'sidecars.yml': sidecars.split('  - name: mock')[0] ?? '',
      },
      '-f',
      'manifest.yml',
      '--json',
    )
    expect(planned().java).toMatchObject({ classes: 0, loadedClasses: 6300 })
  })

  it('takes memory, processes and sidecars of the app manifest into account, and its settings of the JVM', async () => {
    const cfManifest = `
applications:
- name: app
  memory: 2G
  env: {JBP_CONFIG_OPEN_JDK_JRE: "{ jre: { version: 1.8.0_+ }, memory_calculator: { stack_threads: 50 } }"}
  processes:
  - {type: worker, memory: 768M}
  sidecars:
  - {name: other, process_types: [web, worker], command: ./x, memory: 32M}
`
    const { plan: planned } = await plan(
      { ...app, 'manifest.yml': cfManifest },
      '-f',
      'manifest.yml',
      '--json',
    )
    const { java, processes } = planned()
    expect(java).toMatchObject({ javaVersion: 8, javaVersionGiven: true, threads: 50, loadedClasses: 105 })
    expect(processes.map(({ type, container, app }) => [type, container / MIB, app / MIB])).toEqual([
      ['web', 2048, 1824],
      ['worker', 768, 736],
    ])
    expect(processes[1]?.sidecars).toEqual([{ name: 'other', memory: 32 * MIB }])
  })

  it('knows that staging refuses a sidecar without memory, or with too little for its JVM', async () => {
    const without = sidecars.replace('memory: 64M', 'enabled: true')
    expect((await plan({ ...app, 'sidecars.yml': without })).out).toContain(
      'the sidecar helper has no memory',
    )
    const little = await plan({ ...app, 'sidecars.yml': sidecars.replace('128M', '32M') })
    expect(little.status).toBe(1)
    expect(little.out).toContain('the sidecar mock does not have enough memory for its JVM')
    expect(little.out).toContain('use at least 96M')
  })

  it('shows other apps than Java apps without a JVM', async () => {
    const { status, out } = await plan({ 'app.py': 'x', Procfile: 'web: python app.py\nworker: x\n' })
    expect(status).toBe(0)
    expect(out).toContain('web, 1G: fits')
    expect(out).toContain('command: python app.py')
    expect(out).toContain('worker, 1G')
    expect(out).toContain('No sidecars.')
  })

  it('shows the problems of the configuration and plans nothing', async () => {
    const { status, out, err } = await plan({ ...app, 'sidecars.yml': 'sidecars: [{name: x, comand: y}]' })
    expect(status).toBe(1)
    expect(out).toBe('')
    expect(err).toContain('sidecars.yml:1:')
  })

  it.each([
    ['is not there', undefined],
    ['is truncated', jar(app).subarray(0, 2000)],
    ['is no archive', Buffer.from('hello')],
  ])('refuses an app that %s in one line', async (_what, bytes) => {
    const directory = temporaryFolder({})
    if (bytes) writeFileSync(join(directory, 'app.jar'), bytes)
    const { status, err } = await plan({}, join(directory, 'app.jar'))
    expect(status).toBe(1)
    expect(err).toMatch(/^[^\n]*app\.jar[^\n]*\n$/)
  })
})
