/**
 * Separate network and process namespaces for one example, so that the fixed ports and `kill`s of its README affect nothing
 * else on this machine. Nothing is left when it ends.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Place {
  /** Words to put before a command, to run it there. */
  readonly enter: readonly string[]
  readonly leave: () => void
}

const AS_ROOT = process.getuid?.() === 0
const UNSHARE = [
  'unshare',
  ...(AS_ROOT ? [] : ['--map-root-user']),
  '--net',
  '--pid',
  '--fork',
  '--mount-proc',
]

/** @throws Error with the message of `unshare` or `ip` if this machine does not allow it */
export async function isolatedPlace(): Promise<Place> {
  // The first process of the namespace. It ends when its standard input is closed, and all others end with it.
  const first = ['sh', '-c', 'ip link set lo up && echo ready && exec cat']
  const [program = '', ...args] = [...UNSHARE, ...first]
  const holder = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  await new Promise<void>((resolve, reject) => {
    let said = ''
    holder.stderr.on('data', (chunk) => (said += chunk))
    holder.stdout.once('data', () => resolve())
    holder.once('error', reject)
    holder.once('close', () => reject(new Error(said.trim())))
  })
  const inside = String(onlyChild(holder.pid))
  const user = AS_ROOT ? [] : ['--user', '--preserve-credentials']
  return {
    enter: ['nsenter', '--target', inside, ...user, '--net', '--pid', '--mount'],
    leave: () => void holder.stdin.end(),
  }
}

export function onlyChild(pid = 0): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'))
}
