/** An app that runs under `sidecar-buildpack run`, and the JVMs of it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { answers } from '../requests.ts'
import { RUN_OPTIONS } from '../run-options.ts'
import { repository } from './real-parts.ts'

const command = join(repository, 'dist/cli.cjs')

/** @throws Error with what was printed, when it does not end with 0 */
export function sidecarBuildpack(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${args[0]} ended with ${status}:\n${stdout}${stderr}`)
  return stdout
}

export class LocalRun {
  readonly #child: ChildProcess
  readonly #log: string[] = []

  constructor(droplet: string, ...options: readonly string[]) {
    this.#child = spawn(process.execPath, [command, 'run', droplet, ...RUN_OPTIONS, ...options], {
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

  /** JVMs below it whose command line has this text. */
  jvms(
    text: string,
  ): readonly { readonly pid: number; readonly words: readonly string[]; readonly peak: number }[] {
    return descendants(this.#child.pid ?? 0).flatMap((pid) => {
      const words = readOrNothing(`/proc/${pid}/cmdline`).split('\0').slice(0, -1)
      if (!words[0]?.endsWith('/java') || !words.some((word) => word.includes(text))) return []
      const peak = Number(/VmHWM:\s*(\d+)/.exec(readOrNothing(`/proc/${pid}/status`))?.[1]) * 1024
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

function descendants(root: number): readonly number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    parents.set(Number(name), Number(/^PPid:\s*(\d+)/m.exec(readOrNothing(`/proc/${name}/status`))?.[1]))
  }
  const below = (pid: number): boolean => {
    const parent = parents.get(pid)
    return parent === root || (parent !== undefined && parent > 1 && below(parent))
  }
  return [...parents.keys()].filter(below)
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
