/** Runs `sidecar-buildpack stage` and `run` as processes, and collects their output. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CLI, sidecarBuildpack } from './command-line.ts'
import { RUN_OPTIONS } from './run-options.ts'

/** A folder for one test and the processes that it has started; `end` removes them. */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'faults-'))
  readonly #running: LocalRun[] = []

  /** @returns the droplet; @throws Error with the output when staging fails */
  async stage(app: string, ...args: readonly string[]): Promise<string> {
    const output = mkdtempSync(join(this.folder, 'staged-'))
    const { status, stdout, stderr } = await sidecarBuildpack(['stage', app, '-o', output, ...args])
    if (status !== 0) throw new Error(`staging ended with ${status}:\n${stdout}${stderr}`)
    return join(output, 'droplet.tgz')
  }

  /**
   * @param env variables in addition to those of every run
   * @param keeps which lines to keep; absent: all
   */
  run(args: readonly string[], env: NodeJS.ProcessEnv = {}, keeps?: (line: string) => boolean): LocalRun {
    const temporary = mkdtempSync(join(this.folder, 'tmp-'))
    mkdirSync(join(temporary, 'records'))
    const run = new LocalRun(args, temporary, env, keeps)
    this.#running.push(run)
    return run
  }

  async end(): Promise<void> {
    for (const each of this.#running) await each.end()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export class LocalRun {
  readonly process: ChildProcess
  readonly pid: number
  /** Lines of both outputs, in the order of arrival. */
  readonly lines: { readonly text: string; readonly at: number }[] = []
  readonly #ended: Promise<unknown>
  readonly #waiting = new Set<() => void>()

  /** Where its containers are. */
  readonly temporary: string

  constructor(
    args: readonly string[],
    temporary: string,
    env: NodeJS.ProcessEnv,
    keeps: (line: string) => boolean = () => true,
  ) {
    this.temporary = temporary
    const argv = [CLI, 'run', ...args, ...RUN_OPTIONS, '--env-from-shell', 'PATH']
    this.process = spawn(process.execPath, argv, {
      env: { PATH: process.env.PATH, TMPDIR: temporary, XDG_RUNTIME_DIR: join(temporary, 'records'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.pid = this.process.pid ?? 0
    this.#ended = once(this.process, 'close')
    for (const stream of [this.process.stdout, this.process.stderr]) {
      let rest = ''
      stream?.on('data', (piece) => {
        const parts = `${rest}${piece}`.split('\n')
        rest = parts.pop() ?? ''
        const at = performance.now()
        for (const text of parts) if (keeps(text)) this.lines.push({ text, at })
        for (const look of this.#waiting) look()
      })
    }
  }

  /** The number of lines so far that contain the text. */
  count(wanted: string): number {
    return this.lines.filter(({ text }) => text.includes(wanted)).length
  }

  /** Waits for a line that contains the text; it may have come already. @throws Error with the last lines when it does not come */
  async line(
    wanted: string,
    occurrence = 1,
    within = 60_000,
  ): Promise<{ readonly text: string; readonly at: number }> {
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise((resolve, reject) => {
        const fail = () => {
          const last = this.lines.slice(-30).map(({ text }) => text)
          reject(new Error(`${JSON.stringify(wanted)} has not come ${occurrence} times:\n${last.join('\n')}`))
        }
        const look = () => {
          const found = this.lines.filter(({ text }) => text.includes(wanted))[occurrence - 1]
          if (!found) return
          this.#waiting.delete(look)
          resolve(found)
        }
        timer = setTimeout(fail, within)
        this.#waiting.add(look)
        void this.#ended.then(() => fail())
        look()
      })
    } finally {
      clearTimeout(timer)
    }
  }

  /** Sends Ctrl-C, and a second one after 15 s. @returns the exit status */
  async end(): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill('SIGINT')
      const timer = setTimeout(() => this.process.kill('SIGINT'), 15_000)
      await this.#ended
      clearTimeout(timer)
    }
    return this.process.exitCode
  }
}
