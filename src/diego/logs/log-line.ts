/** Lines in the form of `cf logs`: `   2026-11-23T01:02:03.45+0000 [APP/PROC/WEB/0] OUT text`. */
import { visibleLine } from '../../system/visible.ts'

import type { MessageText } from './message-splitter.ts'

export type LogStream = 'OUT' | 'ERR'

export interface LogMessage {
  readonly time: Date
  /** `APP/PROC/WEB/SIDECAR/CONFIG-SERVER`, `CELL`, `API`, `HEALTH`: without the instance index. */
  readonly source: string
  readonly stream: LogStream
  readonly text: MessageText
}

const RESET = '\x1b[0m'
const RED = '\x1b[31m'
const DIM = '\x1b[2m'
/** One hue for each process, in the order of their appearance; red is left for errors. */
const HUES = ['\x1b[36m', '\x1b[33m', '\x1b[35m', '\x1b[34m', '\x1b[32m']

/**
 * @param coloured for a terminal: as `cf logs` does, standard error is red; beyond it, each process has its
 * own hue, and the platform's lines are dim
 * @returns whole lines, newline included
 */
export function logLineFormatter(coloured: boolean): (message: LogMessage) => string | Buffer {
  const header = headers()
  if (!coloured) return (message) => line(`   ${header(message)}`, shown(message), '\n')
  const hues = new Map<string, string>()
  return (message) => {
    if (message.stream === 'ERR') return line(`   ${RED}${header(message)}`, shown(message), `${RESET}\n`)
    if (!message.source.startsWith('APP/'))
      return line(`   ${DIM}${header(message)}${RESET}`, shown(message), '\n')
    const hue = hues.get(message.source) ?? HUES[hues.size % HUES.length] ?? ''
    hues.set(message.source, hue)
    return line(`   ${hue}${header(message)}${RESET}`, message.text, '\n')
  }
}

/** What a process of the app prints stays as it is; the platform's lines may hold names. */
function shown({ source, text }: LogMessage): MessageText {
  return typeof text === 'string' && !source.startsWith('APP/') ? visibleLine(text) : text
}

function line(before: string, text: MessageText, after: string): string | Buffer {
  if (typeof text === 'string') return before + text + after
  return Buffer.concat([Buffer.from(before), text, Buffer.from(after)])
}

/** What stands before the text. Most lines of a moment come from one source: theirs is made once. */
function headers(): (message: LogMessage) => string {
  let last: { readonly hundredths: number; readonly source: string; readonly stream: LogStream } | undefined
  let header = ''
  return ({ time, source, stream }) => {
    const hundredths = Math.floor(time.getTime() / 10)
    if (hundredths !== last?.hundredths || source !== last.source || stream !== last.stream) {
      last = { hundredths, source, stream }
      header = `${timestamp(time)} [${visibleLine(source)}/0] ${stream} `
    }
    return header
  }
}

/** `2026-11-23T01:02:03.45+0000`, in the machine's time zone as `cf logs` shows it. */
function timestamp(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
  const east = -time.getTimezoneOffset()
  const zone = `${east < 0 ? '-' : '+'}${two(Math.floor(Math.abs(east) / 60))}${two(Math.abs(east) % 60)}`
  return `${date}T${clock}.${two(Math.floor(time.getMilliseconds() / 10))}${zone}`
}
