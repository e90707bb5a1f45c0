/** `sidecar-buildpack run` of a droplet or app, and its JVMs. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { CLI } from './command-line.ts'
import { descendants, statusOf } from './processes.ts'
import { answers } from './requests.ts'
import { RUN_OPTIONS } from './run-options.ts'

/** Runs until `end`, in this process's environment; `LocalRun` has an environment and records of its own. */
export class AppRun {
  readonly #child: ChildProcess
  readonly #log: string[] = []

  constructor(droplet: string, ...options: readonly string[]) {
    this.#child = spawn(process.execPath, [CLI, 'run', droplet, ...RUN_OPTIONS, ...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child.stdout?.on('data', (chunk) => this.#log.push(String(chunk)))
    this.#child.stderr?.on('data', (chunk) => this.#log.push(String(chunk)))
  }

  get log(): string {
    return this.#log.join('')
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Its JVMs whose command line contains the text. */
  jvms(
    text: string,
  ): readonly { readonly pid: number; readonly words: readonly string[]; readonly peak: number }[] {
    return descendants(this.#child.pid ?? 0).flatMap(({ pid }) => {
      const words = readOrNothing(`/proc/${pid}/cmdline`).split('\0').slice(0, -1)
      if (!words[0]?.endsWith('/java') || !words.some((word) => word.includes(text))) return []
      const peak = Number(/VmHWM:\s*(\d+)/.exec(statusOf(pid))?.[1]) * 1024
      return [{ pid, words, peak }]
    })
  }

  /** Waits until it answers. @throws Error with its log when it does not */
  async answers(url: string): Promise<void> {
    await answers(url).catch((error: Error) => {
      throw new Error(`${error.message}:\n${this.log}`)
    })
  }

  async end(): Promise<void> {
    if (!this.hasEnded) {
      const ended = new Promise((resolve) => this.#child.once('exit', resolve))
      this.#child.kill('SIGINT')
      await ended
    }
  }
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
