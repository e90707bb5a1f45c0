import { expect, it } from 'vitest'
import type { JvmPlan } from '../../src/plan/jvm-plan.ts'
import { memoryParts, sumOf } from '../../src/plan/memory-parts.ts'
import type { ProcessPlan } from '../../src/plan/plan.ts'

const process = {
  sidecars: [{ name: 'proxy', memory: 64 }, { name: 'unlimited' }, { name: 'agent', memory: 32 }],
  app: 416,
} as unknown as ProcessPlan
const regions = { heap: 200, metaspace: 90, codeCache: 60, stacks: 40, directMemory: 10, headRoom: 16 }
const partsWith = (jvm?: Partial<JvmPlan['regions']>) =>
  memoryParts(process, jvm && ({ regions: { ...regions, ...jvm } } as JvmPlan))

const SIDECARS = [
  { kind: 'sidecar', letter: 's', name: 'sidecar proxy', size: 64 },
  { kind: 'sidecar', letter: 's', name: 'sidecar agent', size: 32 },
]

it('divides the memory of a container into the sidecars that reserve memory, and the app', () => {
  const parts = partsWith()
  expect(parts).toEqual([...SIDECARS, { kind: 'app', letter: 'a', name: 'app', size: 416 }])
  expect(sumOf(parts)).toBe(512)
})

it('divides the memory of a Java app into the regions of its JVM, each with its letter', () => {
  const parts = partsWith({})
  expect(parts).toEqual([
    ...SIDECARS,
    { kind: 'heap', letter: 'H', name: 'heap', size: 200 },
    { kind: 'metaspace', letter: 'm', name: 'metaspace', size: 90 },
    { kind: 'codeCache', letter: 'c', name: 'code cache', size: 60 },
    { kind: 'stacks', letter: 't', name: 'thread stacks', size: 40 },
    { kind: 'directMemory', letter: 'd', name: 'direct memory', size: 10 },
    { kind: 'headRoom', letter: 'r', name: 'head room', size: 16 },
  ])
  expect(sumOf(parts)).toBe(512)
})

it('leaves out a region without memory', () => {
  const letters = partsWith({ heap: 0, headRoom: 0 }).map(({ letter }) => letter)
  expect(letters).toEqual(['s', 's', 'm', 'c', 't', 'd'])
})

it('shows the app as a whole when the regions of its JVM are unknown', () => {
  expect(memoryParts(process, {} as JvmPlan)).toEqual(partsWith())
})
