/**
 * How other commands reach a `run`: a socket in the directory of its records, which only the user can access. A client sends
 * one request as a line of JSON; for `logs`, the answer is the log. The end of the connection says that it is done.
 */
import { rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { attempt } from '../system/attempt.ts'
import type { LogLineForm, LogMessages } from './logs/log-line.ts'
import type { RecentLog } from './logs/recent.ts'

export interface Selection {
  /** Absent: all. */
  readonly processType?: string | undefined
  readonly index?: number | undefined
}

export type ControlRequest =
  | ({ readonly do: 'stop' | 'restart' } & Selection)
  | ({ readonly do: 'logs'; readonly recent: boolean } & LogLineForm & Selection)

interface Controlled {
  readonly stop: (selection: Selection) => void
  readonly restart: (selection: Selection) => void
  readonly recent: RecentLog
  readonly format: (form: LogLineForm) => (messages: LogMessages) => string | Buffer
}

interface ControlServer {
  /** Sends messages to all clients that follow the log. */
  readonly log: (messages: LogMessages) => void
  /** Ends every connection. */
  readonly close: () => void
}

/** A client with this much unread output loses lines, bytes. */
const MOST_UNREAD = 16 * 1024 * 1024
/** How long the end of a run waits for a client to read, milliseconds: it may be suspended. */
const LAST_LINES_WITHIN = 1000

/** If the socket cannot be created, the run continues, but other commands cannot reach it. */
export function listenForControl(path: string, controlled: Controlled): ControlServer {
  const followers = new Map<Socket, (messages: LogMessages) => void>()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      sockets.delete(socket)
      followers.delete(socket)
    })
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => {
      text += chunk
      if (!text.includes('\n')) return
      socket.removeAllListeners('data')
      answer(socket, text, controlled, followers)
      socket.resume()
    })
  })
  listen(server, path)
  return {
    log: (messages) => {
      for (const follow of followers.values()) follow(messages)
    },
    close: () => {
      server.close()
      for (const socket of sockets) {
        socket.end()
        const giveUp = setTimeout(() => socket.destroy(), LAST_LINES_WITHIN)
        socket.once('close', () => clearTimeout(giveUp))
      }
      rmSync(path, { force: true })
    },
  }
}

function listen(server: Server, path: string): void {
  rmSync(path, { force: true })
  server.on('error', () => undefined)
  server.listen(path)
  server.unref()
}

function answer(
  socket: Socket,
  text: string,
  controlled: Controlled,
  followers: Map<Socket, (messages: LogMessages) => void>,
): void {
  const request = readRequest(text)
  if (request?.do !== 'logs') {
    if (request) controlled[request.do](request)
    socket.end()
    return
  }
  const format = controlled.format(request)
  const isWanted = ({ processType, index }: LogMessages) =>
    (request.index ?? index) === index && (request.processType ?? processType) === processType
  const send = (messages: LogMessages) => {
    if (isWanted(messages) && socket.writableLength < MOST_UNREAD) socket.write(format(messages))
  }
  if (request.recent) {
    for (const messages of controlled.recent.all()) send(messages)
    socket.end()
  } else followers.set(socket, send)
}

function readRequest(text: string): ControlRequest | undefined {
  const value = attempt(() => JSON.parse(text) as ControlRequest)
  return value && ['stop', 'restart', 'logs'].includes(value.do) ? value : undefined
}
