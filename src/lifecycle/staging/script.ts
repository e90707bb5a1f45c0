/**
 * Runs a buildpack's script as the platform's builder does: only with the given environment, without standard input, and
 * with Go's description of its exit status.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeNamedPipes, startIntoPipes } from '../../log/named-pipes.ts'
import { describeExit } from '../../platform/go/exit.ts'
import { describeSystemError } from '../../platform/go/system-error.ts'
import { underPlatformUmask } from '../../platform/umask.ts'
import { startsAsProgram } from '../../system/foreign-file.ts'
import type { StagingPlace } from './staging-place.ts'

export type Sink = (chunk: Buffer) => void

export interface ScriptContext {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly stderr: Sink
  /** Directory for the pipes of its output. */
  readonly pipes: string
  /** Absent: the scripts run directly on this machine. */
  readonly place?: StagingPlace
}

/** Undefined for status 0, else the description (exit.ts), or `fork/exec …: …`. */
type Failure = string | undefined

/** How long to read a script's output if its background process keeps it open. */
const GRACE_MS = 500

/** Runs it and writes its output to `stdout`. Does not wait for leftover processes, unless `toTheEnd`. */
export async function runScript(
  file: string,
  args: readonly string[],
  stdout: Sink,
  context: ScriptContext,
  { toTheEnd = false } = {},
): Promise<Failure> {
  const unloadable = await findMissingLoader(file)
  if (unloadable) return `fork/exec ${file}: ${unloadable}`
  const { place, cwd } = context
  const { env, ...program } = place
    ? place.enter({ file, args, env: context.env, cwd })
    : { file, args, env: context.env }
  const [pipes] = await makeNamedPipes(context.pipes)
  try {
    const started = startIntoPipes<ChildProcess>(pipes, (out, err) =>
      underPlatformUmask(() => spawn(program.file, program.args, { env, cwd, stdio: ['ignore', out, err] })),
    )
    started.stdout.on('data', stdout)
    started.stderr.on('data', context.stderr)
    const [status, signal] = (await once(started.child, 'exit')) as [number | null, NodeJS.Signals | null]
    if (toTheEnd) await finished(started.stdout).catch(() => undefined)
    await Promise.race([started.closed, sleep(GRACE_MS, undefined, { ref: false })])
    for (const each of [started.stdout, started.stderr]) each.destroy()
    return describeExit(status, signal)
  } catch (thrown) {
    return `fork/exec ${file}: ${describeSystemError(thrown as NodeJS.ErrnoException)}`
  }
}

/** Runs it and returns its output, until no process has it open: the platform's builder waits for a background process. */
export async function readScript(
  file: string,
  args: readonly string[],
  context: ScriptContext,
): Promise<{ readonly output: Buffer; readonly failure: Failure }> {
  const chunks: Buffer[] = []
  const failure = await runScript(file, args, (chunk) => chunks.push(chunk), context, { toTheEnd: true })
  return { output: Buffer.concat(chunks), failure }
}

/**
 * The kernel refuses a file that is neither a program nor has an interpreter line. The exec of the C library, which Node.js
 * uses, would run it with `sh` instead; the platform does not.
 */
async function findMissingLoader(file: string): Promise<string | undefined> {
  try {
    const stats = await stat(file)
    if (!stats.isFile() || (stats.mode & 0o111) === 0) return 'permission denied'
    return startsAsProgram(file) ? undefined : 'exec format error'
  } catch (thrown) {
    // An executable but unreadable file is left to the kernel.
    const error = thrown as NodeJS.ErrnoException
    return error.code === 'EACCES' ? undefined : describeSystemError(error)
  }
}
