/**
 * One process of an instance from its start to its end, as cloudfoundry/executor's run step follows it
 * (depot/steps/run_step.go): output to the log, SIGTERM, SIGKILL after the graceful interval. The step ends only
 * when the outputs are closed too.
 */
import type { Readable } from 'node:stream'
import type { Cell } from '../cell.ts'
import type { LogStreamer } from '../logs/log-stream.ts'
import { crashReasons, creationFailure, exitLine } from '../messages.ts'
import type { StartedProcess } from './start-process.ts'

export type StepOutcome =
  | { readonly kind: 'exited' | 'cancelled' }
  | { readonly kind: 'failed'; readonly reason: string }

export interface Step {
  readonly ended: Promise<StepOutcome>
  /** Asks it to end, once. */
  cancel(): void
}

export interface RunStep extends Step {
  readonly pid: number | undefined
  /** Of the process that was spawned for it (start-process.ts). */
  readonly spawnedPid: number | undefined
  /** The exit status, once the step has ended with its process. */
  readonly status: number | undefined
  /** Whether it has ended with status 0 without being cancelled. */
  readonly isDone: boolean
  kill(): void
  /** Closes its outputs, which a leftover process may still hold. */
  release(): void
}

export interface RunStepOptions {
  readonly streamer: LogStreamer
  readonly room: Cell['room']
  /** Time between SIGTERM and SIGKILL, milliseconds. */
  readonly gracefulShutdown: number
  readonly outOfMemory: () => boolean
}

/** Time for a killed process to end, milliseconds. */
const EXIT_TIMEOUT = 1000

/** @param reason why the process could not be started */
export function failedStep(reason: string, { streamer }: RunStepOptions): RunStep {
  streamer.end(creationFailure(reason))
  const nothing = () => undefined
  return {
    pid: undefined,
    spawnedPid: undefined,
    status: 127,
    isDone: false,
    ended: Promise.resolve({ kind: 'failed', reason }),
    cancel: nothing,
    kill: nothing,
    release: nothing,
  }
}

export class ProcessRun implements RunStep {
  readonly pid: number | undefined
  readonly spawnedPid: number
  readonly ended: Promise<StepOutcome>
  status: number | undefined
  isDone = false
  readonly #process: StartedProcess
  readonly #options: RunStepOptions
  #state: 'running' | 'cancelled' | 'killed' = 'running'
  /** The interval that it has exceeded: not when the user does not wait for it. */
  #killedAfter: number | undefined
  #timer: NodeJS.Timeout | undefined
  #giveUp: () => void = () => undefined

  constructor(process: StartedProcess, options: RunStepOptions) {
    this.pid = process.pid
    this.spawnedPid = process.spawnedPid
    this.#process = process
    this.#options = options
    const { streamer, room } = options
    followOutput(process.stdout, (chunk) => streamer.stdout.write(chunk), room)
    followOutput(process.stderr, (chunk) => streamer.stderr.write(chunk), room)
    const tooLate = new Promise<undefined>((resolve) => {
      this.#giveUp = () => resolve(undefined)
    })
    const exit = Promise.all([process.ended, process.closed]).then(([status]) => status)
    this.ended = Promise.race([exit, tooLate]).then((status) => this.#end(status))
  }

  cancel(): void {
    // A timer for a process that has ended would keep the command from ending.
    if (this.#state !== 'running' || this.status !== undefined) return
    this.#state = 'cancelled'
    this.#process.signal('SIGTERM')
    const { gracefulShutdown } = this.#options
    this.#timer = setTimeout(() => {
      this.#killedAfter = gracefulShutdown
      this.kill()
    }, gracefulShutdown)
  }

  kill(): void {
    if (this.#state === 'killed' || this.status !== undefined) return
    this.#state = 'killed'
    clearTimeout(this.#timer)
    this.#process.signal('SIGKILL')
    this.#timer = setTimeout(this.#giveUp, EXIT_TIMEOUT)
  }

  release(): void {
    for (const each of [this.#process.stdout, this.#process.stderr]) each.destroy()
  }

  #end(status: number | undefined): StepOutcome {
    clearTimeout(this.#timer)
    if (status === undefined) {
      this.#state = 'killed'
      return { kind: 'failed', reason: crashReasons.didNotExit }
    }
    this.status = status
    const { streamer, outOfMemory } = this.#options
    const isOutOfMemory = status !== 0 && outOfMemory()
    streamer.end(exitLine(status, { killedAfter: this.#killedAfter, outOfMemory: isOutOfMemory }))
    if (this.#state !== 'running') return { kind: 'cancelled' }
    this.isDone = status === 0
    if (this.isDone) return { kind: 'exited' }
    return { kind: 'failed', reason: crashReasons.exited(streamer.source, status, isOutOfMemory) }
  }
}

/** Stops reading while the reader of the log is slow, which finally blocks the process. */
function followOutput(stream: Readable, write: (chunk: Buffer) => void, room: Cell['room']): void {
  stream.on('error', () => undefined)
  stream.on('data', (chunk: Buffer) => {
    write(chunk)
    const wait = room()
    if (!wait) return
    stream.pause()
    void wait.then(() => stream.resume())
  })
}
