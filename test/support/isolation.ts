/**
 * A place of its own for one example: no ports and no processes but its own, so that its README's fixed ports and
 * `kill`s meet nothing else on this machine. Ended, nothing of it is left.
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

/** @throws Error with what `unshare` or `ip` say, when this machine does not allow it */
export async function isolatedPlace(): Promise<Place> {
  // The first process there; its end, when nothing more can come on its standard input, is the end of all.
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
