/** Runs the sessions of a README: types the commands and compares their output. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { beginningPattern, type Step, wholePattern } from '../../support/console-blocks.ts'
import { onlyChild, type Place } from '../../support/isolation.ts'

const REPOSITORY = join(import.meta.dirname, '../../..')
/** How long a command may take, and `run` to say what it is to say. */
const PATIENCE = 90_000
/** A Go program of this size takes minutes to build the first time. */
const PATIENCE_TO_FETCH = 600_000

export class Reader {
  readonly #folder: string
  readonly #place: Place
  readonly #isFetching: boolean
  #running: RunningApp | undefined

  /**
   * @param folder of the example: the commands run there
   * @param isFetching whether the commands bring what the example needs, so that others' programs may fail
   */
  constructor(folder: string, place: Place, isFetching = false) {
    this.#folder = folder
    this.#place = place
    this.#isFetching = isFetching
  }

  /** @throws Error when something else is printed than the README says, NotToBeHad while fetching */
  async follow(steps: readonly Step[]): Promise<void> {
    for (const { command, prints } of steps) {
      if (command === undefined) await this.#running?.prints(prints)
      else if (command.startsWith('sidecar-buildpack run ')) {
        await this.stop()
        this.#running = new RunningApp(command, this.#start(command))
        await this.#running.prints(prints)
      } else await this.#compare(command, prints)
    }
  }

  /** Ctrl-C. */
  async stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.stop()
  }

  #start(command: string): ChildProcess {
    const [program = 'bash', ...args] = this.#words(command)
    return spawn(program, args, { ...this.#options, stdio: ['ignore', 'pipe', 'pipe'] })
  }

  async #compare(command: string, prints: string): Promise<void> {
    const [program = 'bash', ...args] = this.#words(`{ ${command}\n} 2>&1`)
    const timeout = this.#isFetching ? PATIENCE_TO_FETCH : PATIENCE
    const { failed, printed } = await new Promise<{ failed: boolean; printed: string }>((resolve) => {
      const options = { ...this.#options, encoding: 'utf8', timeout } as const
      execFile(program, args, options, (error, stdout) =>
        resolve({ failed: error !== null, printed: stripVTControlCharacters(stdout) }),
      )
    })
    if (failed && this.#isFetching && !command.startsWith('sidecar-buildpack'))
      throw new NotToBeHad(command, printed)
    if (!wholePattern(prints).test(printed)) throw new Difference(command, prints, printed, this.log)
  }

  /** The log of the running app. */
  get log(): string {
    return this.#running?.log ?? ''
  }

  #words(command: string): readonly string[] {
    return [...this.#place.enter, 'env', '--chdir', this.#folder, 'bash', '-c', command]
  }

  get #options() {
    const PATH = `${join(REPOSITORY, 'bin')}:${process.env.PATH}`
    // Its own record of what runs: the pids in it are those of its place.
    const XDG_RUNTIME_DIR = this.#folder
    return { env: { ...process.env, PATH, XDG_RUNTIME_DIR } }
  }
}

class RunningApp {
  readonly #command: string
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  #isRunning = true
  #look = () => {}
  log = ''
  /** How much of the log has been compared. */
  #compared = 0

  constructor(command: string, child: ChildProcess) {
    this.#command = command
    this.#child = child
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        this.log += chunk
        this.#look()
      })
    this.#ended = new Promise((resolve) =>
      child.once('close', () => {
        this.#isRunning = false
        this.#look()
        resolve()
      }),
    )
  }

  prints(prints: string): Promise<void> {
    const pattern = beginningPattern(prints)
    return new Promise((resolve, reject) => {
      const fail = () => reject(new Difference(this.#command, prints, this.log.slice(this.#compared), ''))
      const late = setTimeout(fail, PATIENCE)
      this.#look = () => {
        const found = pattern.exec(this.log.slice(this.#compared))
        if (found) this.#compared += found[0].length
        if (found) resolve()
        else if (!this.#isRunning) fail()
        else return
        clearTimeout(late)
        this.#look = () => {}
      }
      this.#look()
    })
  }

  async stop(): Promise<void> {
    // nsenter stands between and passes no signal on.
    if (this.#isRunning) process.kill(onlyChild(this.#child.pid), 'SIGINT')
    await this.#ended
  }
}

/** A program of another project could not download what the example needs. */
export class NotToBeHad extends Error {
  constructor(command: string, printed: string) {
    super(`${command.split(' ', 1)} failed: ${printed.trim().split('\n').at(-1)}`)
  }
}

class Difference extends Error {
  constructor(command: string, expected: string, printed: string, log: string) {
    const parts = [
      `$ ${command}`,
      printed,
      'The README says:',
      expected,
      ...(log ? ['The app said:', log] : []),
    ]
    super(parts.join('\n'))
  }
}
