/** One process of an instance, as Diego's executor runs it: output to the log, SIGTERM, then SIGKILL. */
import type { Readable } from 'node:stream'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { type NamedPipes, type Started, startIntoPipes } from '../../log/named-pipes.ts'
import { describeSystemError } from '../../platform/go/system-error.ts'
import type { Enclosure, Spawned } from '../enclosure.ts'
import type { LogStream } from '../logs/log-line.ts'
import { MessageSplitter } from '../logs/message-splitter.ts'
import type { Launch } from './launch.ts'
import { signal } from './proc.ts'
import { signalNumber } from './signals.ts'

export interface SupervisedProcess {
  /** On this machine; absent until it runs, and when it could not be started. */
  readonly pid: number | undefined
  /** When it runs, or could not be started. */
  readonly started: Promise<unknown>
  /** Of the process that was spawned for it: the same, or one that entered a container with its environment. */
  readonly spawnedPid: number | undefined
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

/** Where output goes. */
export interface OutputSink {
  readonly log: (stream: LogStream, text: string) => void
  /** When the reader of the log is slow: resolves when it has caught up. Undefined: go on. */
  readonly room: () => Promise<void> | undefined
}

/** How long to wait for the last lines of a process that has ended, when others still hold its outputs. */
const LAST_LINES = 100
const MOST_WAITS = 10

export function startProcess(
  enclosure: Enclosure,
  launch: Launch,
  pipes: NamedPipes,
  sink: OutputSink,
): SupervisedProcess {
  try {
    return follow(
      startIntoPipes<Spawned>(pipes, (out, err) => enclosure.spawn(launch, out, err)),
      sink,
    )
  } catch (thrown) {
    const failure = whyNotStarted(thrown as NodeJS.ErrnoException, launch)
    const nothing = () => undefined
    return {
      pid: undefined,
      started: Promise.resolve(),
      spawnedPid: undefined,
      exited: Promise.resolve({ status: 127, failure }),
      signal: nothing,
      release: nothing,
    }
  }
}

/** Linux's MAX_ARG_STRLEN, less its NUL. */
const MOST_BYTES = 131_071

/** Node.js tells of most failures by an event; one that nobody could have started is thrown. */
function whyNotStarted(error: NodeJS.ErrnoException, { env }: Launch): string {
  const reason = describeSystemError(error)
  for (const [name, value] of Object.entries(env)) {
    const bytes = Buffer.byteLength(`${name}=${value}`)
    if (error.code === 'E2BIG' && bytes > MOST_BYTES)
      return `${reason}: ${name} has ${bytes} bytes, one variable at most ${MOST_BYTES}`
  }
  return reason
}

function follow(
  { child: { child, pid: told }, stdout, stderr, closed }: Started<Spawned>,
  sink: OutputSink,
): SupervisedProcess {
  let pid: number | undefined
  const started = told.then((said) => {
    pid = said
  })
  const outputs = [new Output(stdout, 'OUT', sink), new Output(stderr, 'ERR', sink)]
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ status: 127, failure: error.message })
    })
    child.once('exit', (code, signalName) => {
      const exit = { status: code ?? 128 + signalNumber(signalName) }
      void Promise.race([closed, Promise.all(outputs.map((each) => each.quiet()))]).then(() => {
        for (const each of outputs) each.flush()
        resolve(exit)
      })
    })
  })
  return {
    get pid() {
      return pid
    },
    started,
    spawnedPid: child.pid,
    exited,
    signal: (name) => {
      const isAlive = child.exitCode === null && child.signalCode === null
      if (isAlive && pid !== undefined) signal(pid, name)
    },
    release: () => {
      for (const each of outputs) each.release()
    },
  }
}

/** Follows one output; stops reading, and so in the end the process, while the reader of the log is slow. */
class Output {
  readonly #stream: Readable
  readonly #splitter: MessageSplitter
  #chunks = 0

  constructor(stream: Readable, name: LogStream, sink: OutputSink) {
    this.#stream = stream
    this.#splitter = new MessageSplitter((text) => sink.log(name, text))
    stream.on('error', () => undefined)
    stream.on('data', (chunk: Buffer) => {
      this.#chunks++
      this.#splitter.write(chunk)
      const room = sink.room()
      if (!room) return
      stream.pause()
      void room.then(() => stream.resume())
    })
  }

  /** When nothing more has come for a while; a process that never stops writing is not waited for for ever. */
  async quiet(): Promise<void> {
    for (let waits = 0; waits < MOST_WAITS; waits++) {
      const before = this.#chunks
      await sleep(LAST_LINES)
      // What is there already is read before this comes back, however late the timer was.
      await setImmediate()
      if (this.#stream.isPaused()) waits = 0
      else if (this.#chunks === before) return
    }
  }

  /** Emits what has come since the last newline. */
  flush(): void {
    this.#splitter.flush()
  }

  release(): void {
    this.#stream.destroy()
    this.flush()
  }
}
