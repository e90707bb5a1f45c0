import { describe, expect, test } from 'vitest'
import { megabytes } from '../../src/platform/memory-size.ts'
import { memoryOfApp, processMemory, reservedBytes } from '../../src/platform/process-memory.ts'

describe('the memory of a process', () => {
  const manifest = {
    processes: new Map([
      ['web', { memory: megabytes(512) }],
      ['worker', {}],
    ]),
  }

  test('web: --memory, else the manifest, else 1G', () => {
    expect(processMemory('web', { manifest, memory: megabytes(256) })).toEqual(megabytes(256))
    expect(processMemory('web', { manifest })).toEqual(megabytes(512))
    expect(processMemory('web', {})).toEqual(megabytes(1024))
  })

  test('others: the manifest, else --memory, else 1G', () => {
    const given = { processes: new Map([['worker', { memory: megabytes(128) }]]) }
    expect(processMemory('worker', { manifest: given, memory: megabytes(256) })).toEqual(megabytes(128))
    expect(processMemory('worker', { manifest, memory: megabytes(256) })).toEqual(megabytes(256))
    expect(processMemory('worker', { manifest })).toEqual(megabytes(1024))
  })
})

test('sidecars that reserve memory must leave the app some', () => {
  const sidecars = [{ memory: megabytes(64) }, {}, { memory: megabytes(32) }]
  expect(reservedBytes(sidecars)).toBe(megabytes(96).bytes)
  expect(memoryOfApp(megabytes(97), megabytes(96).bytes)).toEqual(megabytes(1))
  expect(memoryOfApp(megabytes(96), megabytes(96).bytes)).toBeUndefined()
})
