/** Finds listeners on TCP ports of this machine in /proc/net, without connecting. */
import { readdirSync, readlinkSync } from 'node:fs'
import { attempt } from '../../system/attempt.ts'
import { commandLine, kernelLines } from '../../system/proc.ts'

interface Listener {
  readonly port: number
  /** Whether only this machine can reach it. */
  readonly loopback: boolean
  readonly inode: string
}

const LISTENING = '0A'
const LOOPBACK = /^(?:[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/

/** The TCP ports on which any of these processes listens, in ascending order. */
export function listeningPorts(pids: readonly number[]): readonly number[] {
  const own = new Set(pids.flatMap((pid) => descriptors(String(pid))))
  const ports = allListeners().flatMap(({ port, inode }) => (own.has(`socket:[${inode}]`) ? [port] : []))
  return [...new Set(ports)].sort((a, b) => a - b)
}

/** Whether some process listens on each of these ports. */
export function areListenedOn(ports: readonly number[]): boolean {
  if (ports.length === 0) return true
  const open = new Set(allListeners().map(({ port }) => port))
  return ports.every((each) => open.has(each))
}

export function listeners(port: number): readonly Listener[] {
  return allListeners().filter((each) => each.port === port)
}

function allListeners(): readonly Listener[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(kernelLines).flatMap((row) => {
    const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/)
    const [address = '', port = ''] = local.split(':')
    if (state !== LISTENING) return []
    return { port: Number.parseInt(port, 16), loopback: LOOPBACK.test(address), inode }
  })
}

/** `node server.js (pid 123)`; undefined if the owner is not visible. */
export function describeOwner({ inode }: Listener): string | undefined {
  const link = `socket:[${inode}]`
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (descriptors(pid).includes(link)) return `${commandLine(Number(pid))} (pid ${pid})`
  }
  return undefined
}

function descriptors(pid: string): string[] {
  const folder = `/proc/${pid}/fd`
  // None if it has ended meanwhile, or belongs to another user.
  return attempt(() => readdirSync(folder).map((fd) => readlinkSync(`${folder}/${fd}`))) ?? []
}
