/** One process of an instance, as Diego's executor runs it: output to the log, SIGTERM, then SIGKILL. */
import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { LogStream } from '../logs/log-line.ts'
import { MessageSplitter } from '../logs/message-splitter.ts'
import { signalNumber } from './signals.ts'

/** What to start: from the launcher. */
export interface Launch {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

export interface SupervisedProcess {
  /** Absent when it could not be started. */
  readonly pid: number | undefined
  /** When it has ended and what it had written till then is in the log. */
  readonly exited: Promise<ProcessExit>
  /** To the process itself, not to its group. */
  signal(name: NodeJS.Signals): void
  /** Lets go of its outputs, which a process that it left behind may still hold. */
  release(): void
}

export interface ProcessExit {
  /** As a shell tells it: 128 and the signal's number when a signal ended it. */
  readonly status: number
  /** Why it could not be started at all. */
  readonly failure?: string
}

/** How long to wait for the last lines of a process that has ended, when others still hold its outputs. */
const LAST_LINES = 100

export function startProcess(
  launch: Launch,
  log: (stream: LogStream, text: string) => void,
): SupervisedProcess {
  const [file = '', ...args] = launch.argv
  const child = spawn(file, args, {
    cwd: launch.cwd,
    env: launch.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A session of its own: the terminal's Ctrl-C reaches us, and we pass on what the platform would.
    detached: true,
  })
  const flush = [
    follow(child.stdout, (text) => log('OUT', text)),
    follow(child.stderr, (text) => log('ERR', text)),
  ]
  const exited = new Promise<ProcessExit>((resolve) => {
    const finish = (exit: ProcessExit) => {
      for (const each of flush) each()
      resolve(exit)
    }
    child.once('error', (error) => {
      if (child.pid === undefined) finish({ status: 127, failure: error.message })
    })
    child.once('exit', (code, signalName) => {
      const exit = { status: code ?? 128 + signalNumber(signalName) }
      const timer = setTimeout(finish, LAST_LINES, exit)
      child.once('close', () => {
        clearTimeout(timer)
        finish(exit)
      })
    })
  })
  return {
    pid: child.pid,
    exited,
    signal: (name) => void (child.exitCode === null && child.signalCode === null && child.kill(name)),
    release: () => {
      for (const stream of [child.stdout, child.stderr]) stream.destroy()
      for (const each of flush) each()
    },
  }
}

/** @returns emits what has come since the last newline */
function follow(output: Readable, emit: (text: string) => void): () => void {
  const splitter = new MessageSplitter(emit)
  output.on('data', (chunk: Buffer) => splitter.write(chunk))
  output.on('error', () => undefined)
  return () => splitter.flush()
}
