/**
 * A process that keeps the directory of a container and everything that comes with it. It outlives this process when
 * that is killed: the end of its input tells it, and then it cleans up.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import script from './keeper.bash'

export interface Keeper {
  /** Made with mode 0700. */
  readonly folder: string
  /** It removes the cgroup too. */
  keepCgroup(path: string): void
  /**
   * Lets the container begin, once its root file system is prepared.
   * @returns the pid of its holder
   * @throws Error in the words of the tool that failed
   */
  start(): Promise<number>
  /** Ends the container and removes all of it. */
  end(): Promise<void>
}

/**
 * The container's first process starts at once, beside whatever prepares its root file system.
 * @param prefix of the folder's name
 * @param command starts the container, from a folder; its first process waits for a line before it begins
 * @throws Error when the folder cannot be made
 */
export function openKeeper(
  parent: string,
  prefix: string,
  command: (folder: string) => readonly string[],
): Keeper {
  const folder = join(parent, `${prefix}${randomBytes(6).toString('base64url')}`)
  const child = spawn('/bin/bash', ['-pc', script, 'sidecar-buildpack-keeper', folder, ...command(folder)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A bash whose input is a socket takes itself for a remote login, and reads ~/.bashrc, unless it is below others.
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', SHLVL: '9' },
    cwd: '/',
    detached: true,
  })
  const ended = once(child, 'exit')
  child.stdin.on('error', () => undefined)
  try {
    // After the keeper is there to remove it.
    mkdirSync(folder, { mode: 0o700 })
  } catch (thrown) {
    child.kill('SIGKILL') // What it would remove is not ours.
    child.stdin.destroy()
    throw thrown
  }
  const problems = text(child.stderr)
  const output = new Output(child)
  return {
    folder,
    keepCgroup: (path) => writeFileSync(join(folder, 'cgroup'), `${path}\n`),
    start: async () => {
      // The first line is waited for by the container's first process, the second is its first command.
      child.stdin.write('begin\necho ready; exec > /dev/null 2>&1\n')
      const [, pid] = (await output.match(/^(\d+)\nready\n/)) ?? []
      if (pid !== undefined) return Number(pid)
      throw new Error((await problems).trim() || 'the container did not start')
    },
    end: async () => {
      child.stdin.end()
      await ended
    },
  }
}

/** What the keeper says, as far as it has said it. */
class Output {
  #said = ''
  readonly #chunks: AsyncIterator<Buffer>

  constructor({ stdout }: ChildProcessByStdio<Writable, Readable, Readable>) {
    this.#chunks = stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  }

  /** @returns undefined when it ends without a match */
  async match(wanted: RegExp): Promise<RegExpExecArray | undefined> {
    for (;;) {
      const found = wanted.exec(this.#said)
      if (found) return found
      const { value, done } = await this.#chunks.next()
      if (done) return undefined
      this.#said += String(value)
    }
  }
}
