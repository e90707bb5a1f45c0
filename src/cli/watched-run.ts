/** `run --watch`: stages again when the app changes, and replaces the running instances. */
import type { AppWatch } from './watch.ts'

interface WatchedRun<Staged> {
  /** @returns undefined when staging fails */
  readonly stage: () => Promise<Staged | undefined>
  /** Runs until the user stops it, no restart is left, or the signal is aborted. @returns the exit status */
  readonly run: (staged: Staged, replaced: AbortSignal) => Promise<RunStatus>
  readonly watch: AppWatch
  readonly note: (text: string) => void
}

export interface RunStatus {
  readonly status: number
  /** Whether the user has ended it, also while it was being replaced. */
  readonly isStopped: boolean
}

/** Acts when the signal is aborted, also when it has been before. */
export function whenAborted(signal: AbortSignal, act: () => void): void {
  if (signal.aborted) act()
  else signal.addEventListener('abort', act, { once: true })
}

/** @returns the exit status */
export async function runWatched<Staged>(
  first: Staged,
  { stage, run, watch, note }: WatchedRun<Staged>,
): Promise<number> {
  let isOver = false
  const nextStaged = async (): Promise<Staged | undefined> => {
    for (;;) {
      await watch.changed()
      if (isOver) return undefined
      note('the app changed; staging it again')
      const staged = await stage()
      if (staged !== undefined || isOver) return staged
      note('staging failed; the running app is not replaced')
    }
  }
  /** A staging in progress ends before its directory is removed. */
  const end = async (next: Promise<unknown>) => {
    isOver = true
    watch.end()
    await next
  }
  let staged = first
  for (;;) {
    const replacing = new AbortController()
    const next = nextStaged()
    void next.then(() => replacing.abort())
    const { status, isStopped } = await run(staged, replacing.signal).catch(async (thrown: unknown) => {
      await end(next)
      throw thrown
    })
    if (isStopped) {
      await end(next)
      return status
    }
    if (!replacing.signal.aborted) note('waiting for changes of the app')
    const newer = await next
    if (newer === undefined) return status
    staged = newer
  }
}
