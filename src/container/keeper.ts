/**
 * A process of its own that keeps the folder of a container and everything that comes with it. It outlives this process
 * when that is killed: the end of its input tells it, and then it cleans up.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import script from './keeper.bash'

export interface Keeper {
  /** Made by the keeper, with mode 0700. */
  readonly folder: string
  /** It removes the cgroup too. */
  keepCgroup(path: string): void
  /** Starts the container. @returns the pid of its holder @throws Error in the words of the tool that failed */
  start(): Promise<number>
  /** Ends the container and removes all of it. */
  end(): Promise<void>
}

/**
 * @param prefix of the folder's name
 * @param command starts the container, from a folder
 * @throws Error when the folder cannot be made
 */
export async function openKeeper(
  parent: string,
  prefix: string,
  command: (folder: string) => readonly string[],
): Promise<Keeper> {
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
  const problems = text(child.stderr)
  const output = new Output(child)
  const failure = async (otherwise: string) => new Error((await problems).trim() || otherwise)
  if (!(await output.match(/^made\n/))) throw await failure(`${folder} cannot be made`)
  return {
    folder,
    keepCgroup: (path) => void child.stdin.write(`cgroup ${path}\n`),
    start: async () => {
      // The second line is for the container's first process, which reads on from here.
      child.stdin.write('start\necho ready; exec > /dev/null 2>&1\n')
      const [, pid] = (await output.match(/^(\d+)\nready\n/m)) ?? []
      if (pid === undefined) throw await failure('the container did not start')
      return Number(pid)
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
