/** `run --detach`: the same command in the background, which this one waits for until its instances are healthy. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { CommandLine } from './command-line.ts'

/** Set for the process in the background: the form of its log. */
const VARIABLE = 'SIDECAR_BUILDPACK_DETACHED'

type Report = 'healthy' | 'crashed'

export function isDetached({ env }: CommandLine): boolean {
  return env[VARIABLE] !== undefined
}

export type LogForm = 'short' | 'cf'

/** In the background the log has the form that suits the terminal which shows it until the instances are healthy. */
export function logForm({ log }: { readonly log?: LogForm }, { env }: CommandLine): LogForm {
  if (log !== undefined) return log
  return env[VARIABLE] === 'short' || process.stdout.isTTY === true ? 'short' : 'cf'
}

/** In the background: reports once whether all instances have become healthy, or one has crashed before. */
export function reporter(instances: number): (instance: unknown, state: string) => void {
  const healthy = new Set<unknown>()
  let isReported = false
  const report = (what: Report) => {
    isReported = true
    // Somebody who no longer waits has closed the channel.
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
 * Starts this command again in a session of its own, shows its output and returns when its instances are healthy.
 * @returns the exit status: 1 where staging fails or an instance crashes, and then nothing runs
 */
export async function detach(log: LogForm, line: CommandLine): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, '--', ...process.argv.slice(1)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, [VARIABLE]: log },
  })
  child.stdout?.on('data', (bytes: Buffer) => line.out(bytes))
  child.stderr?.on('data', (bytes: Buffer) => line.err(bytes))
  const end = () => child.kill('SIGTERM')
  for (const each of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(each, end)
  const ended = once(child, 'close').then(([status]) => (status as number | null) ?? 1)
  const reported = new Promise<Report>((resolve) =>
    child.once('message', (report: Report) => resolve(report)),
  )
  const first = await Promise.race([ended, reported])
  if (typeof first === 'number') return first
  if (first === 'crashed') {
    end()
    await ended
    line.err('error: the app crashed before it was healthy; nothing is left running\n')
    return 1
  }
  child.stdout?.destroy()
  child.stderr?.destroy()
  if (child.connected) child.disconnect()
  child.unref()
  for (const each of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(each, end)
  line.err(
    'The app runs in the background. See sidecar-buildpack ps and logs; sidecar-buildpack stop ends it.\n',
  )
  return 0
}
