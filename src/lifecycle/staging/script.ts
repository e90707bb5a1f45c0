/**
 * Runs a buildpack's script as the platform's builder does: the named environment and nothing else, no standard input,
 * and the words in which Go tells how it ended.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { makeNamedPipes, startIntoPipes } from '../../log/named-pipes.ts'
import { describeSystemError } from '../../platform/go/system-error.ts'
import { underPlatformUmask } from '../../platform/umask.ts'
import { readHead } from '../../system/foreign-file.ts'
import type { StagingPlace } from './staging-place.ts'

/** Takes output as it comes. */
export type Sink = (chunk: Buffer) => void

export interface ScriptContext {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly stderr: Sink
  /** Where pipes for its output are made. */
  readonly pipes: string
  /** Absent: the scripts run on this machine as it is. */
  readonly place?: StagingPlace
}

/** Undefined when it ended with 0, else how it ended: `exit status 3`, `signal: killed`, `fork/exec …: …`. */
export type Failure = string | undefined

/** How long a script's standard output is listened to when a background process of it keeps it open. */
const GRACE_MS = 500

/** Runs it with its output going to `stdout`. A process that it leaves behind is not waited for. */
export async function runScript(
  file: string,
  args: readonly string[],
  stdout: Sink,
  context: ScriptContext,
): Promise<Failure> {
  const unloadable = await whyNotLoadable(file)
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
    await Promise.race([started.closed, afterGrace()])
    for (const each of [started.stdout, started.stderr]) each.destroy()
    if (signal) return `signal: ${SIGNALS[signal] ?? signal}`
    return status === 0 ? undefined : `exit status ${status}`
  } catch (thrown) {
    return `fork/exec ${file}: ${describeSystemError(thrown as NodeJS.ErrnoException)}`
  }
}

/** Runs it for what it prints. */
export async function readScript(
  file: string,
  args: readonly string[],
  context: ScriptContext,
): Promise<{ readonly output: Buffer; readonly failure: Failure }> {
  const chunks: Buffer[] = []
  const failure = await runScript(file, args, (chunk) => chunks.push(chunk), context)
  return { output: Buffer.concat(chunks), failure }
}

const afterGrace = () => new Promise<void>((resolve) => setTimeout(resolve, GRACE_MS).unref())

/**
 * The kernel refuses a file that is neither a program nor names its interpreter; a C library's exec, which Node.js uses,
 * would give it to `sh` instead, which the platform does not.
 */
async function whyNotLoadable(file: string): Promise<string | undefined> {
  try {
    const stats = await stat(file)
    if (!stats.isFile() || (stats.mode & 0o111) === 0) return 'permission denied'
    const start = readHead(file, 4).toString('latin1')
    return start.startsWith('#!') || start === '\x7fELF' ? undefined : 'exec format error'
  } catch (thrown) {
    // One that may be run, but not read, is left to the kernel.
    const error = thrown as NodeJS.ErrnoException
    return error.code === 'EACCES' ? undefined : describeSystemError(error)
  }
}

const SIGNALS: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGHUP: 'hangup',
  SIGINT: 'interrupt',
  SIGQUIT: 'quit',
  SIGILL: 'illegal instruction',
  SIGTRAP: 'trace/breakpoint trap',
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGKILL: 'killed',
  SIGUSR1: 'user defined signal 1',
  SIGSEGV: 'segmentation fault',
  SIGUSR2: 'user defined signal 2',
  SIGPIPE: 'broken pipe',
  SIGALRM: 'alarm clock',
  SIGTERM: 'terminated',
  SIGSTKFLT: 'stack fault',
  SIGXCPU: 'CPU time limit exceeded',
  SIGXFSZ: 'file size limit exceeded',
  SIGVTALRM: 'virtual timer expired',
  SIGPROF: 'profiling timer expired',
  SIGIO: 'I/O possible',
  SIGPWR: 'power failure',
  SIGSYS: 'bad system call',
}
