import { expect, test } from 'vitest'
import { runWatched, whenAborted } from '../../src/cli/watched-run.ts'

const RESULT = { status: 1, isStopped: false }

/** A watch whose change comes when the test says so, or with its end. */
function aWatch() {
  let tell: () => void = () => undefined
  let isEnded = false
  return {
    changed: () => (isEnded ? Promise.resolve() : new Promise<void>((resolve) => (tell = resolve))),
    end: () => {
      isEnded = true
      tell()
    },
    change: () => tell(),
  }
}

test('stages nothing any more when the run has failed', async () => {
  const watch = aWatch()
  const staged: string[] = []
  const failing = runWatched('first', {
    watch,
    note: () => undefined,
    stage: async () => {
      staged.push('again')
      return 'again'
    },
    run: () => Promise.reject(new Error('port 8080 is in use')),
  })
  await expect(failing).rejects.toThrow('port 8080 is in use')
  watch.end()
  await new Promise((resolve) => setTimeout(resolve, 10))
  expect(staged).toEqual([])
})

test('waits for a staging that is going on when the run fails', async () => {
  const watch = aWatch()
  const events: string[] = []
  let endOfStaging: () => void = () => undefined
  const failing = runWatched('first', {
    watch,
    note: () => undefined,
    stage: async () => {
      await new Promise<void>((resolve) => (endOfStaging = resolve))
      events.push('staged')
      return 'again'
    },
    run: async () => {
      watch.change()
      await new Promise((resolve) => setTimeout(resolve, 10))
      setTimeout(endOfStaging, 10)
      throw new Error('port 8080 is in use')
    },
  }).catch(() => events.push('failed'))
  await failing
  expect(events).toEqual(['staged', 'failed'])
})

test('replaces a run that begins when the next version is staged already', async () => {
  const watch = aWatch()
  const runs: string[] = []
  const status = await runWatched('first', {
    watch,
    note: () => undefined,
    stage: async () => 'second',
    run: async (staged, replaced) => {
      watch.change()
      // Staging is quicker than the plan of the run.
      await new Promise((resolve) => setTimeout(resolve, 10))
      runs.push(staged)
      if (staged === 'second') return { ...RESULT, isStopped: true }
      await new Promise<void>((resolve) => whenAborted(replaced, resolve))
      return RESULT
    },
  })
  expect([runs, status]).toEqual([['first', 'second'], 1])
})
