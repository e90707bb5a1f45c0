import { describe, expect, it } from 'vitest'
import { jvmPlan } from '../../src/plan/jvm-plan.ts'
import { MIB } from '../../src/platform/memory-size.ts'
import { appOnJvm } from '../support/app-on-jvm.ts'

/** Of an app whose regions besides the heap take 600 MiB. */
function planned({ container = 1024, sidecars = 0, env = {} }) {
  const app = appOnJvm('sidecars: []', { JAVA_OPTS: '-XX:MaxMetaspaceSize=100m', ...env })
  const { regions, smallest, ...plan } = jvmPlan(app, 5, container * MIB, sidecars * MIB)
  const inMib = Object.entries(regions ?? {}).map(([name, bytes]) => [name, bytes / MIB])
  return { ...plan, regions: regions && Object.fromEntries(inMib), smallest: smallest && smallest / MIB }
}

const REGIONS = { metaspace: 100, codeCache: 240, stacks: 250, directMemory: 10, headRoom: 0 }
const INPUT = {
  buildpack: 5,
  javaVersion: 17,
  javaVersionGiven: false,
  loadedClasses: 18_275,
  threads: 250,
  headRoom: 0,
}
const options = (heap: number) =>
  `-XX:MaxDirectMemorySize=10M -XX:ReservedCodeCacheSize=240M -Xss1M -Xmx${heap}M`

describe("the plan of an app's JVM", () => {
  it('has the input of the memory calculator, its options, and the regions of memory', () => {
    expect(planned({})).toEqual({
      ...INPUT,
      outcome: 'fits',
      options: options(424),
      regions: { ...REGIONS, heap: 424 },
      smallest: 616,
    })
  })

  it('gives the heap what the sidecars leave, and says how much too large it would be otherwise', () => {
    expect(planned({ sidecars: 64 })).toEqual({
      ...INPUT,
      outcome: 'fits',
      options: options(360),
      regions: { ...REGIONS, heap: 360 },
      smallest: 680,
      notSubtracted: { over: 64 * MIB, options: options(424) },
    })
  })

  it('has the head room of what the sidecars leave', () => {
    const { regions } = planned({ container: 1064, sidecars: 64, env: { MEMORY_CALCULATOR_HEADROOM: '10' } })
    expect(regions).toEqual({ ...REGIONS, heap: 300, headRoom: 100 })
  })

  it('says why the calculator refuses it, with the memory that it needs', () => {
    expect(planned({ container: 400, sidecars: 64 })).toEqual({
      ...INPUT,
      outcome: 'too-little',
      reason: 'the memory calculator needs 600M and has 336M: the app would crash at each start',
      regions: { ...REGIONS, heap: 0 },
      smallest: 680,
      notSubtracted: { over: 64 * MIB },
    })
  })

  it('says that a JVM does not start with the heap that is left', () => {
    expect(planned({ container: 603 })).toMatchObject({
      outcome: 'too-little',
      reason: '603M leaves too little heap for a JVM to start',
      options: options(3),
      regions: { heap: 3 },
    })
  })

  it('says which input the calculator rejects, without regions', () => {
    const plan = planned({ env: { MEMORY_CALCULATOR_STACK_THREADS: '0' } })
    expect(plan).toEqual({
      ...INPUT,
      threads: 0,
      outcome: 'malformed',
      reason: 'the memory calculator rejects its input: the thread count 0 is not valid',
    })
    expect(plan).not.toHaveProperty('options')
  })

  it('has no memory that is enough with a head room of 100 %', () => {
    expect(planned({ env: { MEMORY_CALCULATOR_HEADROOM: '100' } }).smallest).toBeUndefined()
  })
})
