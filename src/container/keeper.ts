/**
 * A process that owns the directory of a container. It survives if this process is killed: its input then ends, and it
 * cleans up.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { attempt } from '../system/attempt.ts'
import { allProcesses, signal } from '../system/proc.ts'
import script from './keeper.bash'

export interface Keeper {
  /** Created with mode 0700. Whatever is put there goes with it. */
  readonly folder: string
  /** A cgroup that goes with it too. */
  keepCgroup(path: string): void
  /**
   * Starts the container when its root file system is prepared.
   * @returns the pid of its holder
   * @throws Error with the message of the tool that failed
   */
  start(): Promise<number>
  /** Ends the container, started or not, and removes all of it. */
  destroy(): Promise<void>
}

/**
 * The container's first process starts at once, while its root file system is prepared.
 * @param prefix of the directory's name
 * @param command starts the container from a directory; its first process waits for a line
 * @throws Error when the directory cannot be created
 */
export function openKeeper(
  parent: string,
  prefix: string,
  command: (folder: string) => readonly string[],
): Keeper {
  const folder = join(parent, `${prefix}${randomBytes(6).toString('base64url')}`)
  const child = spawn('/bin/bash', ['-pc', script, 'sidecar-buildpack-keeper', folder, ...command(folder)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A bash whose input is a socket assumes a remote login and reads ~/.bashrc, unless SHLVL shows that it is nested.
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', SHLVL: '9' },
    cwd: '/',
    detached: true,
  })
  const ended = once(child, 'exit')
  child.stdin.on('error', () => undefined)
  try {
    // Only now can the keeper remove it.
    mkdirSync(folder, { mode: 0o700 })
  } catch (thrown) {
    child.kill('SIGKILL') // The directory that it would remove is not ours.
    child.stdin.destroy()
    throw thrown
  }
  const problems = text(child.stderr)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let holder: number | undefined
  return {
    folder,
    keepCgroup: (path) => writeFileSync(join(folder, 'cgroup'), `${path}\n`),
    start: async () => {
      // The container's first process waits for the first line; the second is its first command. It writes to the same pipe as
      // the keeper does, so it has to wait until the keeper has told its pid.
      const pid = await lines.next()
      child.stdin.write('begin\necho ready; exec > /dev/null 2>&1\n')
      const ready = await lines.next()
      if (ready.value !== 'ready') throw new Error((await problems).trim() || 'the container did not start')
      holder = Number(pid.value)
      return holder
    },
    destroy: async () => {
      child.stdin.end()
      const resuming = setInterval(() => resumeEntering(holder), RESUME_AFTER_MS)
      await ended
      clearInterval(resuming)
    },
  }
}

const RESUME_AFTER_MS = 500

/**
 * Continues the processes outside of a container that have entered it. A stopped one, such as a suspended ssh, does not wait
 * for its child inside, and the kernel keeps the container until another process has (pid_namespaces(7)).
 */
function resumeEntering(holder: number | undefined): void {
  const namespace = namespaceOf(holder, 'pid_for_children')
  if (namespace === undefined) return
  for (const { pid } of allProcesses())
    if (namespaceOf(pid, 'pid_for_children') === namespace) signal(pid, 'SIGCONT')
}

/** Identifies a namespace of a process. Undefined: it has ended, or belongs to another user. */
export function namespaceOf(pid: number | undefined, kind: 'pid' | 'pid_for_children'): string | undefined {
  return attempt(() => readlinkSync(`/proc/${pid}/ns/${kind}`))
}
