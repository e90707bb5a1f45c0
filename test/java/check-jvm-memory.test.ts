import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Configuration } from '../../src/config/sidecar.ts'
import { checkJvmMemory, enoughMemory } from '../../src/java/check-jvm-memory.ts'
import { readJavaSettings } from '../../src/java/java-settings.ts'
import type { JavaLayout } from '../../src/java/recognition/java-layout.ts'
import { jvmPlan } from '../../src/plan/jvm-plan.ts'
import { Problems } from '../../src/problems/problems.ts'

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
