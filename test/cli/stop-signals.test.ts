import { expect, test } from 'vitest'
import { onStopWanted } from '../../src/cli/stop-signals.ts'

test('each run removes its listeners', () => {
  const count = () => [process.stdout.listenerCount('error'), process.listenerCount('SIGTERM')]
  const before = count()
  const forget = onStopWanted({
    stop: () => undefined,
    markStopped: () => undefined,
    note: () => undefined,
    isDetached: false,
  })
  expect(count()).not.toEqual(before)
  forget()
  expect(count()).toEqual(before)
})
