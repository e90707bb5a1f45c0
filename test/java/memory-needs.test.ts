import { describe, expect, it } from 'vitest'
import type { JavaBuildpack } from '../../src/java/calculators/calculator.ts'
import { calculatorInput, memoryNeed } from '../../src/java/memory-needs.ts'
import { MIB } from '../../src/platform/memory-size.ts'
import { appOnJvm } from '../support/app-on-jvm.ts'

const plain = appOnJvm('sidecars: []')
const need = (app = plain, container = 1024, sidecars = 0, buildpack: JavaBuildpack = 5) =>
  memoryNeed(app, buildpack, container * MIB, sidecars * MIB)

describe("an app's need of memory", () => {
  it('is that of the Java version of the buildpack, given or its default', () => {
    const given = appOnJvm('sidecars: []', { BP_JAVA_VERSION: '21' })
    expect(need(given)).toMatchObject({ buildpack: 5, javaVersion: 21, isVersionGiven: true })
    expect(need(given, 1024, 0, 4)).toMatchObject({ buildpack: 4, javaVersion: 8, isVersionGiven: false })
  })

  it('is planned for the memory that the sidecars leave, in whole KiB', () => {
    const alone = need(plain, 960)
    expect(need(plain, 1024, 64).outcome).toEqual(alone.outcome)
    expect(need(plain, 1024, 64 - 0.5 / 1024).outcome).toEqual(alone.outcome)
    expect(alone.outcome).toMatchObject({ options: expect.stringMatching(/-Xmx353857K$/) })
  })

  it('is met by the smallest container with its sidecars, and not by one that is 1 MiB smaller', () => {
    const smallest = need().smallest ?? 0
    expect(smallest).toBe(631)
    expect(need(plain, 1024, 64).smallest).toBe(smallest + 64)
    expect(need(plain, 1024, 63.5).smallest).toBe(smallest + 64)
    const heapAt = (container: number) => {
      const { outcome } = need(plain, container)
      return outcome.kind === 'fits' ? Number(outcome.regions.heap) / MIB : outcome.kind
    }
    expect(heapAt(smallest)).toBeGreaterThanOrEqual(16)
    expect(heapAt(smallest - 1)).toBeLessThan(16)
  })

  it('is met by no container with a head room of 100 %', () => {
    const app = appOnJvm('sidecars: []', { MEMORY_CALCULATOR_HEADROOM: '100' })
    expect(need(app)).not.toHaveProperty('smallest')
    expect(need(app).starts).toBe(false)
  })

  it.each([
    [599, undefined, false, 'too-little'],
    [603, undefined, false, 'fits'],
    [604, undefined, true, 'fits'],
    [603, '-Xmx1m', true, 'fits'],
  ])(
    'beside 600 MiB for other regions, lets a JVM start in %i MiB with the heap %s: %s',
    (container, heap, starts, kind) => {
      const app = appOnJvm('sidecars: []', { JAVA_OPTS: `-XX:MaxMetaspaceSize=100m ${heap ?? ''}` })
      expect(need(app, container)).toMatchObject({ starts, outcome: { kind } })
      expect(need(app).smallest).toBe(heap ? 601 : 616)
    },
  )
})

describe('the input of the memory calculator', () => {
  const input = (app: Parameters<typeof calculatorInput>[0]) => calculatorInput(app, 5)
  const options = (yaml: string, env = {}, addedClasses = 0) =>
    input({ ...appOnJvm(yaml, env), addedClasses }).jvmOptions
  const java = 'java: {options: [-Dours=1]}'
  const room = `-XX:MaxMetaspaceSize=${Math.ceil((19_275 * 5800 + 14_000_000) / 1024)}K`

  it('has threads, head room and the loaded share of the classes of the app and the JRE', () => {
    expect(input(plain)).toEqual({ headRoom: 0, loadedClassCount: 18_275, threadCount: 250, jvmOptions: '' })
  })

  it('has what the environment sets instead', () => {
    const JBP_CONFIG_OPEN_JDK_JRE = '{memory_calculator: {class_count: 900, stack_threads: 20, headroom: 5}}'
    expect(input(appOnJvm('sidecars: []', { JBP_CONFIG_OPEN_JDK_JRE }))).toEqual({
      headRoom: 5,
      loadedClassCount: 900,
      threadCount: 20,
      jvmOptions: '',
    })
  })

  it.each([
    ['those of java.options, quoted', 'java: {options: ["-Da=b c"]}', {}, '-Da=b\\ c'],
    ['without those with variables', 'java: {options: [-Da=$B, -Dc=d]}', {}, '-Dc=d'],
    [
      'the configured ones first, those of the user last',
      java,
      { JBP_CONFIG_JAVA_OPTS: '{java_opts: -Dfirst=1}', JAVA_OPTS: '-Dlast=1' },
      '-Dfirst=1 -Dours=1 -Dlast=1',
    ],
    [
      'only the configured ones without from_environment',
      java,
      { JBP_CONFIG_JAVA_OPTS: '{from_environment: false, java_opts: -Dfirst=1}', JAVA_OPTS: '-Dlast=1' },
      '-Dfirst=1',
    ],
  ])('has options: %s', (_, yaml, env, expected) => {
    expect(options(yaml, env)).toBe(expected)
  })

  it('has room for the classes of agents and libraries', () => {
    expect(options(java, {}, 1000)).toBe(`${room} -Dours=1`)
    expect(options('sidecars: []', {}, 1000)).toBe(room)
  })

  it('leaves the metaspace to the user who sets it, or who takes no options from the environment', () => {
    const own = { JAVA_OPTS: '-XX:MaxMetaspaceSize=64m' }
    expect(options(java, own, 1000)).toBe('-Dours=1 -XX:MaxMetaspaceSize=64m')
    expect(options(java, { JBP_CONFIG_JAVA_OPTS: '{from_environment: false}' }, 1000)).toBe('')
  })
})
