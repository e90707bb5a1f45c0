/** Shows the state of each process below the log on a terminal. */
import type { WriteStream } from 'node:tty'
import type { InstanceSpec } from '../diego/instance-spec.ts'
import { monotonicTime } from '../diego/monotonic.ts'
import { instanceStatus } from '../diego/status.ts'
import type { SupervisorState } from '../diego/supervisor.ts'
import { processStat } from '../system/proc.ts'
import type { CommandLine } from './command-line.ts'
import { statusLines } from './status-lines.ts'
import { statusView } from './status-view.ts'

interface LiveStatus {
  /** Writes whole lines of the log; bytes if they are not valid UTF-8. */
  readonly write: (text: string | Uint8Array) => void
  readonly onChange: (spec: InstanceSpec, state: SupervisorState, crashes: number) => void
  readonly end: () => void
}

/** Interval of reading the memory use, milliseconds. */
const INTERVAL = 1000

/** Undefined if standard output is not a suitable terminal. */
export function liveStatus(
  specs: readonly InstanceSpec[],
  { env, out }: CommandLine,
): LiveStatus | undefined {
  if (process.stdout.isTTY !== true || env.TERM === 'dumb' || env.CI) return undefined
  const columns = () => sizeOf(process.stdout)[0]
  const view = statusView((text) => out(Buffer.from(text)), columns)
  const latest = new Map<InstanceSpec, readonly [SupervisorState, number]>()
  const draw = () => {
    if (latest.size === 0) return
    const rows = sizeOf(process.stdout)[1]
    const shown = specs.flatMap((spec) => {
      const [state, crashes] = latest.get(spec) ?? []
      if (!state) return []
      const label = specs.length > 1 ? `${spec.processType}/${spec.index}` : undefined
      const restart = restartIn(state)
      return instanceStatus(spec, state).map((each) => ({
        ...each,
        ...(label !== undefined && { name: each.kind === 'app' ? label : `${label} ${each.name}` }),
        crashes: crashes ?? 0,
        restartIn: restart,
      }))
    })
    const lines = statusLines(shown, columns())
    view.show(atMost(lines, Math.max(2, Math.floor(rows / 3))))
  }
  const timer = setInterval(draw, INTERVAL)
  process.stdout.on('resize', draw)
  const unwatch = watchTypedLines(view.typed)
  return {
    write: view.write,
    onChange: (spec, ...change) => {
      latest.set(spec, change)
      draw()
    },
    end: () => {
      clearInterval(timer)
      process.stdout.off('resize', draw)
      unwatch()
      view.end()
    },
  }
}

/** Current columns and rows: the stream's own properties are updated only after its signal is handled. */
function sizeOf(terminal: WriteStream): [number, number] {
  const [columns, rows] = terminal.getWindowSize()
  return [columns || 80, rows || 24]
}

/** Leaves room for the log. */
function atMost(lines: readonly string[], most: number): readonly string[] {
  if (lines.length <= most) return lines
  return [...lines.slice(0, most - 1), ` … and ${lines.length - most + 1} more: sidecar-buildpack ps`]
}

/** Seconds. */
function restartIn(state: SupervisorState): number | undefined {
  if (state.kind !== 'crashed') return undefined
  return Math.max(0, Math.ceil((state.due - monotonicTime()) / 1000))
}

/**
 * Counts the lines that the user types while a command runs: each moves the cursor one row down.
 * @returns a function that stops watching; does nothing if standard input is not a terminal
 */
function watchTypedLines(onLines: (count: number) => void): () => void {
  const { stdin } = process
  if (stdin.isTTY !== true) return () => undefined
  const read = (chunk: Buffer) => {
    const count = chunk.filter((byte) => byte === NEWLINE).length
    if (count > 0) onLines(count)
  }
  // The terminal stops a background job that reads from it (SIGTTIN).
  const follow = () => (isForeground() ? stdin.resume() : stdin.pause())
  stdin.on('data', read)
  process.on('SIGCONT', follow)
  follow()
  stdin.unref()
  return () => {
    process.off('SIGCONT', follow)
    stdin.off('data', read)
    stdin.pause()
  }
}

const NEWLINE = 0x0a

/** Whether our process group is in the foreground of the terminal. */
function isForeground(): boolean {
  const stat = processStat(process.pid)
  return stat?.group === stat?.foreground
}
