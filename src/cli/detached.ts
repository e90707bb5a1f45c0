/** `run --detach`: starts the same command in the background, and waits until its instances are healthy. */
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { onEndingSignal } from '../system/interrupted.ts'
import type { CommandLine } from './command-line.ts'

/** The log format of the background process. */
const VARIABLE = 'SIDECAR_BUILDPACK_DETACHED'

type Report = 'healthy' | 'crashed'

export function isDetached({ env }: CommandLine): boolean {
  return env[VARIABLE] !== undefined
}

export type LogForm = 'short' | 'cf'

/** In the background, the log has the format for the terminal that shows it until the instances are healthy. */
export function logForm({ log }: { readonly log?: LogForm }, { env }: CommandLine): LogForm {
  if (log !== undefined) return log
  return env[VARIABLE] === 'short' || process.stdout.isTTY === true ? 'short' : 'cf'
}

/** In the background: reports once whether all instances are healthy, or one has crashed before. */
export function reporter(instances: number): (instance: unknown, state: string) => void {
  const healthy = new Set<unknown>()
  let isReported = false
  const report = (what: Report) => {
    isReported = true
    // The channel is closed when the foreground process has ended.
    process.send?.(what, undefined, {}, () => process.connected && process.disconnect())
  }
  return (instance, state) => {
    if (isReported) return
    if (state === 'running') healthy.add(instance)
    if (state === 'crashed') report('crashed')
    else if (healthy.size === instances) report('healthy')
  }
}

/**
 * Starts this command in a new session, shows its output and returns when its instances are healthy.
 * @returns the exit status: 1 if staging fails, an instance crashes or is stopped before; nothing runs then
 */
export async function detach(log: LogForm, line: CommandLine, isTask: boolean): Promise<number> {
  const { spawn } = await import('node:child_process')
  const child = spawn(process.execPath, [...process.execArgv, '--', ...process.argv.slice(1)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, [VARIABLE]: log },
  })
  child.stdout?.on('data', (bytes: Buffer) => line.out(bytes))
  child.stderr?.on('data', (bytes: Buffer) => line.err(bytes))
  const end = () => child.kill('SIGTERM')
  const release = onEndingSignal(end)
  const ended = once(child, 'close').then(([status]) => (status as number | null) ?? 1)
  const reported = once(child, 'message').then(([report]) => report as Report)
  const first = await Promise.race([ended, reported])
  if (typeof first === 'number') {
    if (first !== 0 || isTask) return first
    line.err('error: the app was stopped before it was healthy; nothing is left running\n')
    return 1
  }
  if (first === 'crashed') {
    end()
    await ended
    line.err('error: the app crashed before it was healthy; it was stopped\n')
    return 1
  }
  await setImmediate() // reads what was written before the report
  child.stdout?.destroy()
  child.stderr?.destroy()
  if (child.connected) child.disconnect()
  child.unref()
  release()
  line.err('The app runs in the background. Use sidecar-buildpack ps, logs and stop.\n')
  return 0
}
