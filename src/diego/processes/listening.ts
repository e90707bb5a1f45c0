/** Finds listeners on TCP ports of this machine in /proc/net, without connecting. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { commandLine } from './proc.ts'

interface Listener {
  /** Whether only this machine can reach it. */
  readonly loopback: boolean
  readonly inode: string
}

const LISTENING = '0A'
const LOOPBACK = /^(?:[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/

/** The TCP ports on which any of these processes listens, in ascending order. */
export function listeningPorts(pids: readonly number[]): readonly number[] {
  const own = new Set(pids.flatMap((pid) => descriptors(String(pid))))
  const ports = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    rows(table).flatMap((row) => {
      const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/)
      const port = Number.parseInt(local.split(':')[1] ?? '', 16)
      return state === LISTENING && own.has(`socket:[${inode}]`) ? [port] : []
    }),
  )
  return [...new Set(ports)].sort((a, b) => a - b)
}

export function listeners(port: number): readonly Listener[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    rows(table).flatMap((row) => {
      const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/)
      const [address = '', at] = local.split(':')
      return state === LISTENING && at === wanted ? { loopback: LOOPBACK.test(address), inode } : []
    }),
  )
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
  try {
    return readdirSync(folder).map((fd) => readlinkSync(`${folder}/${fd}`))
  } catch {
    // Ended meanwhile, or belongs to another user.
    return []
  }
}

function rows(table: string): string[] {
  try {
    return readFileSync(table, 'utf8').split('\n').slice(1)
  } catch {
    return []
  }
}
