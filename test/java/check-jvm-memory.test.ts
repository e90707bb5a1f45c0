import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Configuration } from '../../src/config/sidecar.ts'
import type { JavaBuildpack } from '../../src/java/calculators/calculator.ts'
import { checkJvmMemory, enoughMemory } from '../../src/java/check-jvm-memory.ts'
import { readJavaSettings } from '../../src/java/java-settings.ts'
import type { JavaLayout } from '../../src/java/recognition/recognition.ts'
import { jvmPlan } from '../../src/plan/jvm-plan.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { appOnJvm } from '../support/app-on-jvm.ts'

const MIB = 1024 ** 2

describe('the recommended memory', () => {
  const size = (unit: string, most: number) =>
    fc.integer({ min: 1, max: most }).map((each) => `${each}${unit}`)
  const option = fc.oneof(
    size('m', 3000).map((each) => `-Xmx${each}`),
    size('k', 4096).map((each) => `-Xss${each}`),
    size('m', 900).map((each) => `-XX:MaxMetaspaceSize=${each}`),
    size('m', 900).map((each) => `-XX:ReservedCodeCacheSize=${each}`),
    size('m', 900).map((each) => `-XX:MaxDirectMemorySize=${each}`),
    fc.constantFrom('-Dx=y', '-Xmx0', '-Xms1G'),
  )
  const app = fc.record({
    classes: fc.integer({ min: 0, max: 200_000 }),
    addedClasses: fc.integer({ min: 0, max: 40_000 }),
    layout: fc.constantFrom<JavaLayout>('main', 'spring-boot', 'war', 'groovy'),
    options: fc.array(option, { maxLength: 3 }),
    sidecars: fc.integer({ min: 0, max: 2000 }),
    threads: fc.integer({ min: 1, max: 600 }),
    headRoom: fc.integer({ min: 0, max: 50 }),
    java: fc.constantFrom('8', '11', '17', '21', ''),
    container: fc.integer({ min: 64, max: 4000 }),
    buildpack: fc.constantFrom(4 as const, 5 as const, undefined),
  })

  it('is accepted, under each Java buildpack that may stage the app, and is the one of plan', () => {
    let followed = 0
    fc.assert(
      fc.property(app, (random) => {
        const calculator = `{stack_threads: ${random.threads}, headroom: ${random.headRoom}}`
        const version = random.java === '' ? '' : `, jre: {version: ${random.java}.+}`
        const settings = readJavaSettings({
          JBP_CONFIG_OPEN_JDK_JRE: `{memory_calculator: ${calculator}${version}}`,
          JAVA_OPTS: random.options.join(' '),
        })
        const sidecars =
          random.sidecars === 0 ? [] : [{ processTypes: ['web'], memory: { bytes: random.sidecars * MIB } }]
        const configuration = {
          sidecars,
          java: { agents: [], libraries: [], options: [] },
        } as unknown as Configuration
        const onJvm = { ...random, configuration, settings }
        const check = (megabytes: number) => {
          const problems = new Problems()
          checkJvmMemory(onJvm, `${megabytes}m`, random.buildpack, problems)
          return problems.sorted()
        }
        const advice = check(random.container).flatMap(
          ({ instead }) => /give the app (\d+)M or more/.exec(instead ?? '')?.[1] ?? [],
        )[0]
        if (advice === undefined) return
        followed++
        expect(check(Number(advice))).toEqual([])
        const buildpacks = random.buildpack ? [random.buildpack] : ([4, 5] as const)
        const plans = buildpacks.map((each) =>
          jvmPlan(onJvm, each, Number(advice) * MIB, random.sidecars * MIB),
        )
        for (const each of plans) expect(each).toMatchObject({ outcome: 'fits' })
        expect(enoughMemory(plans)).toBe(Number(advice) * MIB)
      }),
      { numRuns: 500 },
    )
    expect(followed).toBeGreaterThan(100)
  })
})

describe('the memory of an app that a calculator refuses', () => {
  const SIDECARS =
    'sidecars: [{name: a, command: x, memory: 64M}, {name: b, command: x, process_types: [worker], memory: 1G}]'
  const said = (most?: string, buildpack?: JavaBuildpack, yaml = SIDECARS, env = {}) => {
    const problems = new Problems()
    checkJvmMemory(appOnJvm(yaml, env), most, buildpack, problems)
    return problems.sorted().map((each) => `${each.severity}: ${describeProblem(each)}`)
  }
  const refuses = (reason: string, whose = '') =>
    `the memory calculator${whose} refuses to start the app: ${reason}`
  const OF_5 = ' of Java buildpack 5.x (Java 17)'
  const OF_4 = ' of Java buildpack 4.x (Java 8)'
  const TAKEN = 'web can have at most 512M, of which the sidecars take 64M'

  it.each([undefined, '', 'much', '1.5G', '99999999999999999999', '63m', '64m'])(
    'is not checked with the most memory %s: it is unknown, or the sidecars take all of it',
    (most) => expect(said(most)).toEqual([]),
  )

  it('is an error that names what web can have, and what is enough for each Java buildpack', () => {
    expect(said('512m')).toEqual([`error: ${refuses(TAKEN)}; give the app 695M or more`])
    expect(said('512m', 5)).toEqual([`error: ${refuses(TAKEN, OF_5)}; give the app 695M or more`])
    expect(said('512m', 4)).toEqual([`error: ${refuses(TAKEN, OF_4)}; give the app 672M or more`])
  })

  it('is an error without the sidecars that do not run in web', () => {
    const yaml = 'sidecars: [{name: b, command: x, process_types: [worker], memory: 1G}]'
    expect(said('512m', 5, yaml)).toEqual([
      `error: ${refuses('web can have at most 512M', OF_5)}; give the app 631M or more`,
    ])
  })

  it('is a warning if the other Java buildpack starts it', () => {
    expect(said('672m')).toEqual([
      `warning: ${refuses(TAKEN.replace('512M', '672M'), OF_5)}; give the app 695M or more`,
    ])
  })

  it('is reported at the option without which it is enough', () => {
    const yaml = `java: {options: [-Dx=1, -Xmx900m]}\n${SIDECARS}`
    expect(said('1024m', 5, yaml)).toEqual([
      `error: $SIDECARS_CONFIG:1:25: ${refuses('web can have at most 1G, of which the sidecars take 64M', OF_5)}; give the app 1579M or more`,
    ])
  })

  it('is reported without a place if no single option is the cause', () => {
    const yaml = `java: {options: [-Xss4m, -XX:ReservedCodeCacheSize=900m]}\n${SIDECARS}`
    expect(said('1024m', 5, yaml)).toEqual([
      expect.stringMatching(/^error: the memory calculator of Java buildpack 5/),
    ])
  })

  it('has the remedy that fits: a smaller size in the options, or a value that is valid', () => {
    const env = { MEMORY_CALCULATOR_HEADROOM: '100' }
    expect(said('512m', 5, SIDECARS, env)).toEqual([
      `error: ${refuses(TAKEN, OF_5)}; lower the sizes in the JVM options`,
    ])
    expect(said('512m', undefined, SIDECARS, env)).toEqual([
      `error: ${refuses(TAKEN)}; lower the sizes in the JVM options`,
    ])
    expect(said('1024m', 5, SIDECARS, { MEMORY_CALCULATOR_STACK_THREADS: '0' })).toEqual([
      `error: ${refuses('the thread count 0 is not valid', OF_5)}; correct that value`,
    ])
  })

  it('is a warning if it leaves a heap in which no JVM starts', () => {
    const little = (whose: string, enough: number) =>
      `warning: the memory calculator${whose} leaves too little heap for a JVM to start; give the app ${enough}M or more`
    expect(said('681m', 5)).toEqual([little(OF_5, 695)])
    expect(said('681m')).toEqual([little(OF_5, 695)])
    expect(said('683m')).toEqual([])
  })
})
