import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { makePlan } from '../../src/plan/plan.ts'
import { folderApp } from '../../src/plan/planned-app.ts'
import { megabytes } from '../../src/platform/memory-size.ts'
import { Problems } from '../../src/problems/problems.ts'
import { readAppManifest } from '../support/app-manifest.ts'
import { type Files, temporaryFolder } from '../support/files.ts'
import { classFile, jar, manifest as jarManifest } from '../support/jars.ts'

const MIB = 1024 ** 2

/** The plan of an app with this `sidecars.yml`, these entries of its application in manifest.yml, and these files. */
function planned(
  sidecarsYml: string,
  application: string,
  files: Files = {},
  more: Partial<Parameters<typeof makePlan>[0]> = {},
) {
  const directory = temporaryFolder({ ...files, 'sidecars.yml': sidecarsYml })
  const problems = new Problems()
  const { configuration } = readConfiguration({ appDir: directory, env: {} }, problems)
  const manifest = readAppManifest(`applications: [{name: shop, ${application}}]`, 'manifest.yml', problems)
  expect(problems.sorted()).toEqual([])
  return makePlan({
    ...{ app: folderApp(directory, 'shop'), configuration, env: {}, ...(manifest && { manifest }) },
    ...more,
  })
}

const JAVA_APP = {
  'META-INF/MANIFEST.MF': jarManifest('Main-Class: Main', 'Start-Class: Main'),
  'BOOT-INF/classes/Main.class': classFile(17),
  'BOOT-INF/lib/damaged.jar': 'x',
}

describe('the processes of a plan', () => {
  it('are those that something declares, each once, web first', async () => {
    const { processes } = await planned(
      `processes: {declared: x, both: x}
sidecars: [{name: a, command: x, process_types: [beside, both]}]
`,
      'processes: [{type: listed}, {type: both}], sidecars: [{name: m, command: x, process_types: [last]}]',
      { Procfile: 'clock: x\nboth: x\n' },
    )
    const types = ['web', 'declared', 'both', 'clock', 'listed', 'beside', 'last']
    expect(processes.map(({ type }) => type)).toEqual(types)
  })

  it('have the command of the manifest, else of the Procfile, else of sidecars.yml', async () => {
    const { processes } = await planned(
      'processes: {a: s, b: s, c: s}',
      'command: m, processes: [{type: a, command: m}, {type: b}]',
      { Procfile: 'a: p\nb: p\n' },
    )
    expect(processes.map(({ type, command }) => `${type}: ${command}`)).toEqual([
      'web: m',
      'a: m',
      'b: p',
      'c: s',
    ])
    const { processes: none } = await planned('sidecars: []', 'memory: 1G')
    expect(none[0]).not.toHaveProperty('command')
  })

  it('have their sidecars, the memory that these leave, and their ports', async () => {
    const { processes, willStart, app } = await planned(
      `sidecars:
  - {name: outer, command: x, memory: 64M, proxy: true, process_types: [web, worker]}
  - {name: inner, command: x, proxy: {app_port: 9000}}
`,
      'memory: 512M, processes: [{type: worker}], sidecars: [{name: m, command: x, process_types: [web, clock], memory: 32M}]',
      {},
      { memory: megabytes(256) },
    )
    const common = { willStart: true, startOrder: expect.any(Array) }
    expect(processes).toEqual([
      {
        ...{ ...common, type: 'web', container: 256 * MIB, app: 160 * MIB, port: 9000 },
        sidecars: [{ name: 'outer', memory: 64 * MIB }, { name: 'inner' }, { name: 'm', memory: 32 * MIB }],
        proxies: [
          { name: 'outer', port: 8080, forwardsTo: 18_080 },
          { name: 'inner', port: 18_080, forwardsTo: 9000 },
        ],
      },
      {
        ...{ ...common, type: 'worker', container: 256 * MIB, app: 192 * MIB, port: 18_080 },
        sidecars: [{ name: 'outer', memory: 64 * MIB }],
        proxies: [{ name: 'outer', port: 8080, forwardsTo: 18_080 }],
      },
      {
        ...{ ...common, type: 'clock', container: 256 * MIB, app: 224 * MIB },
        ...{ sidecars: [{ name: 'm', memory: 32 * MIB }], proxies: [] },
      },
    ])
    expect(processes.map(({ startOrder }) => startOrder.map(({ name }) => name))).toEqual([
      ['m', 'web', 'inner', 'outer'],
      ['worker', 'outer'],
      ['m', 'clock'],
    ])
    expect({ willStart, app }).toEqual({ willStart: true, app: 'shop' })
  })

  it('listen on 8080 without a proxy, if they are of the type web', async () => {
    const { processes } = await planned('processes: {worker: x}', 'memory: 1G')
    expect(processes.map(({ port }) => port)).toEqual([8080, undefined])
  })

  it.each([
    [
      'the sidecars use all of its memory, which Cloud Foundry refuses',
      '{name: a, command: x, memory: 512M, process_types: [worker]}',
      {},
    ],
    [
      'the source of the sidecar a is missing, so staging fails',
      '{name: a, source: {path: gone}, process_types: [worker]}',
      {},
    ],
    [
      'the sidecar a has no memory, so staging fails',
      '{name: a, command: x, process_types: [worker]}',
      JAVA_APP,
    ],
    [
      'the sidecar a does not have enough memory for its JVM, so staging fails',
      '{name: a, memory: 16M, source: {path: a.jar}, process_types: [worker]}',
      { 'a.jar': jar({ 'META-INF/MANIFEST.MF': jarManifest('Main-Class: A'), 'A.class': classFile(17) }) },
    ],
  ])('do not start, with the whole plan: %s', async (reason, entry, files) => {
    const { processes, willStart } = await planned(
      `sidecars: [${entry}]`,
      'memory: 1G, processes: [{type: worker, memory: 512M}], sidecars: [{name: m, command: x, process_types: [web, worker]}]',
      files,
    )
    const [web, worker] = processes
    expect(web).toMatchObject({ willStart: true })
    expect(web).not.toHaveProperty('reason')
    expect(worker).toMatchObject({ willStart: false, reason })
    expect(willStart).toBe(false)
  })

  it('have no memory left, and no JVM, if the sidecars use all of it', async () => {
    const { processes } = await planned(
      'sidecars: [{name: a, command: x, memory: 1G}]',
      'memory: 1G',
      JAVA_APP,
    )
    expect(processes[0]).toMatchObject({ app: 0 })
    for (const key of ['jvm', 'otherJvm', 'smallest']) expect(processes[0]).not.toHaveProperty(key)
  })
})

describe('the plan of a Java app', () => {
  it('has both Java buildpacks if it is unknown which one stages it, with the figures of the first', async () => {
    const { java, processes } = await planned('sidecars: []', 'memory: 1G', JAVA_APP)
    expect(java).toEqual({
      ...{ layout: 'spring-boot', recognisedBy: expect.any(String), buildpacks: [5, 4] },
      ...{ javaVersion: 17, javaVersionGiven: false, classes: 1, addedClasses: 0 },
      ...{ loadedClasses: expect.any(Number), threads: 250, headRoom: 0, unreadable: [expect.any(String)] },
    })
    const [web] = processes
    expect(web?.jvm).toMatchObject({ buildpack: 5, loadedClasses: java?.loadedClasses })
    expect(web?.otherJvm).toMatchObject({ buildpack: 4 })
    expect(web?.smallest).toBe(Math.max(web?.jvm?.smallest ?? 0, web?.otherJvm?.smallest ?? 0))
  })

  it('has one Java buildpack if it is known, and a class count of the environment instead of its own', async () => {
    const env = {
      BPL_JVM_CLASS_COUNT: '500',
      JBP_CONFIG_OPEN_JDK_JRE: '{ memory_calculator: { class_count: 500 } }',
    }
    const more = { env, javaBuildpack: 4 as const }
    const { java, processes } = await planned('sidecars: []', 'memory: 1G', JAVA_APP, more)
    expect(java).toMatchObject({ buildpacks: [4], loadedClasses: 500 })
    expect(java).not.toHaveProperty('classes')
    expect(processes[0]?.jvm).toMatchObject({ buildpack: 4, loadedClasses: 500 })
    expect(processes[0]).not.toHaveProperty('otherJvm')
  })

  it('starts if it starts with one of them', async () => {
    const of = async (memory: number) =>
      (await planned('sidecars: []', 'memory: 1G', JAVA_APP, { memory: megabytes(memory) })).processes[0]
    const enoughForOne = await of(580)
    expect(enoughForOne).toMatchObject({ willStart: true, jvm: { reason: expect.any(String) } })
    expect(enoughForOne?.otherJvm).not.toHaveProperty('reason')
    const tooLittle = await of(560)
    expect(tooLittle).toMatchObject({ willStart: false, reason: tooLittle?.jvm?.reason })
    expect(tooLittle?.otherJvm?.reason).not.toBe(tooLittle?.reason)
  })

  it('has no memory calculator in a process whose command does not run it, wherever the command is', async () => {
    const java = 'exec java -XX:+UseSerialGC -cp . Main'
    const command = JSON.stringify(java)
    const small = { memory: megabytes(300) }
    const all = [
      await planned('sidecars: []', `command: ${command}`, JAVA_APP, small),
      await planned('sidecars: []', 'memory: 1G', { ...JAVA_APP, Procfile: `web: ${java}\n` }, small),
      await planned(`processes: {web: ${command}}`, 'memory: 1G', JAVA_APP, small),
    ]
    for (const { java, processes, willStart } of all) {
      expect({ willStart, layout: java?.layout }).toEqual({ willStart: true, layout: 'spring-boot' })
      for (const key of ['jvm', 'otherJvm', 'smallest', 'reason'])
        expect(processes[0]).not.toHaveProperty(key)
    }
    const calculator = 'X=$(jre/bin/java-buildpack-memory-calculator-4.2.0 --total-memory=$MEMORY_LIMIT)'
    const own = await planned('sidecars: []', `command: ${JSON.stringify(calculator)}`, JAVA_APP, small)
    expect(own.processes[0]).toMatchObject({ willStart: false, jvm: { outcome: 'too-little' } })
  })

  it('is not one by the files that only its sidecars bring', async () => {
    const mock = jar({ 'META-INF/MANIFEST.MF': jarManifest('Main-Class: A'), 'A.class': classFile(17) })
    const sidecars = 'sidecars: [{name: mock, memory: 128M, source: {path: mock.jar}}]'
    expect((await planned(sidecars, 'memory: 1G', { 'mock.jar': mock })).java).toBeUndefined()
  })
})
