import { Readable } from 'node:stream'
import { afterEach, expect, test, vi } from 'vitest'
import { LogStreamer } from '../../../src/diego/logs/log-stream.ts'
import { ProcessRun } from '../../../src/diego/processes/run-step.ts'

afterEach(() => vi.useRealTimers())

test('a step that has ended leaves no timer when it is cancelled or killed afterwards', async () => {
  const signals: string[] = []
  const process = {
    ...{ pid: 1, spawnedPid: 1, stdout: Readable.from([]), stderr: Readable.from([]) },
    ended: Promise.resolve(0),
    closed: Promise.resolve(),
    signal: (name: string) => signals.push(name),
  }
  const streamer = new LogStreamer('APP', () => undefined)
  const options = { streamer, room: () => undefined, gracefulShutdown: 10_000, outOfMemory: () => false }
  const step = new ProcessRun(process, options)
  expect(await step.ended).toEqual({ kind: 'exited' })
  vi.useFakeTimers()
  step.cancel()
  step.kill()
  expect([vi.getTimerCount(), signals]).toEqual([0, []])
})
