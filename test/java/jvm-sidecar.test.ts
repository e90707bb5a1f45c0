import { describe, expect, it } from 'vitest'
import { jvmSidecarOptions } from '../../src/java/jvm-sidecar.ts'

const sidecar = { memory: 256, classes: 9510, ownOptions: '' }
const planned = (change: Partial<typeof sidecar> = {}) => jvmSidecarOptions({ ...sidecar, ...change })
const options = (change: Partial<typeof sidecar> = {}) => {
  const outcome = planned(change)
  return outcome.kind === 'fits' ? outcome.options.join(' ') : outcome
}

describe('JVM options of a jar sidecar', () => {
  it.each([96, 128, 160, 256, 512, 1024, 4096])(
    'plan every region, no more than %i MB together',
    (memory) => {
      const outcome = planned({ memory, classes: 10 })
      if (outcome.kind !== 'fits') throw new Error('too little')
      expect(Object.values(outcome.megabytes).reduce((sum, each) => sum + each, 0)).toBe(memory)
      for (const region of Object.values(outcome.megabytes)) expect(region).toBeGreaterThan(0)
    },
  )

  it('fix heap, metaspace, code cache, stacks and direct memory', () => {
    expect(options()).toBe(
      '-XX:+UseSerialGC -Xms0 -Xmx90m -Xss512k -XX:MaxMetaspaceSize=57m -XX:ReservedCodeCacheSize=30m -XX:MaxDirectMemorySize=10m',
    )
  })

  it('refuse too little memory, with the smallest amount that works', () => {
    expect(options({ memory: 64, classes: 10 })).toEqual({ kind: 'too-little', smallest: 96 })
    const outcome = planned({ memory: 96 })
    expect(outcome).toEqual({ kind: 'too-little', smallest: 112 })
    expect(planned({ memory: 112 }).kind).toBe('fits')
  })

  it('leave what the user fixes to the user, and give the heap what that leaves', () => {
    const own = options({ ownOptions: '-XX:MaxMetaspaceSize=77m -Xss1m -Dx=y' })
    expect(own).toContain('-Xmx54m')
    expect(own).not.toMatch(/-Xss|MaxMetaspaceSize/)
    expect(options({ ownOptions: '-Xmx64m' })).not.toContain('-Xmx')
    const all =
      '-Xmx10m -Xss1m -XX:MaxMetaspaceSize=50m -XX:ReservedCodeCacheSize=20m -XX:MaxDirectMemorySize=5m'
    expect(planned({ ownOptions: all })).toEqual({
      kind: 'fits',
      options: ['-XX:+UseSerialGC', '-Xms0'],
      megabytes: { jvm: 53, stacks: 31, metaspace: 50, codeCache: 20, directMemory: 5, heap: 10 },
    })
  })

  it('fit into exactly all of the memory', () => {
    const rest = '-XX:MaxMetaspaceSize=16m -XX:ReservedCodeCacheSize=8m -XX:MaxDirectMemorySize=4m'
    expect(planned({ ownOptions: `-Xmx167m ${rest}` }).kind).toBe('fits')
    expect(planned({ ownOptions: `-Xmx168m ${rest}` }).kind).toBe('too-little')
  })

  it('use only the first compiler in little memory', () => {
    expect(options({ memory: 159, classes: 10 })).toMatch(/^-XX:\+UseSerialGC -XX:TieredStopAtLevel=1 -Xms0 /)
    expect(options({ memory: 160, classes: 10 })).toMatch(/^-XX:\+UseSerialGC -Xms0 /)
  })

  it("refuse when the user's own heap does not fit", () => {
    expect(options({ ownOptions: '-Xmx512m' })).toMatchObject({ kind: 'too-little', smallest: 640 })
  })

  it.each(['2t', '99999999999999999999'])('refuse a heap of %s, for which no memory is enough', (size) => {
    expect(planned({ ownOptions: `-Xmx${size}` })).toEqual({ kind: 'too-little', smallest: 1024 ** 2 })
  })

  it('refuse an initial heap that is larger than the rest of the memory', () => {
    expect(options({ ownOptions: '-Xms90m' })).toContain('-Xmx90m')
    expect(planned({ ownOptions: '-Xms91m' }).kind).toBe('too-little')
    const outcome = planned({ ownOptions: '-Xms16m -Xms91m' })
    expect(outcome).toEqual({ kind: 'too-little', smallest: 264 })
    expect(options({ memory: 264, ownOptions: '-Xms91m' })).toMatch(/-Xmx9[1-9]m/)
    expect(options({ ownOptions: '-Xms91m -Xmx91m' })).not.toContain('-Xmx')
  })

  it('leave the choice of a collector to the user', () => {
    for (const ownOptions of ['-XX:+UseG1GC', '-Dx=y -XX:+UseZGC'])
      expect(options({ ownOptions })).toMatch(/^-Xms0 -Xmx/)
    expect(options({ ownOptions: '-Dx=-XX:+UseG1GC' })).toMatch(/^-XX:\+UseSerialGC -Xms0 /)
  })

  it("take a heap in percent as one of the sidecar's memory", () => {
    const own = options({ ownOptions: '-XX:MaxRAMPercentage=40' })
    expect(own).toContain('-XX:MaxRAM=256m')
    expect(own).not.toContain('-Xmx')
  })
})
