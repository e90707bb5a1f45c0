/** Lines in the format of `cf logs`: `   2026-11-23T01:02:03.45+0000 [APP/PROC/WEB/0] OUT text`. */
import { visibleLine } from '../../problems/visible.ts'
import type { MessageText } from './message-splitter.ts'

export type LogStream = 'OUT' | 'ERR'

export interface LogMessages {
  readonly time: Date
  /** `APP/PROC/WEB/SIDECAR/CONFIG-SERVER`, `CELL`, `API`, `HEALTH`: without the instance index. */
  readonly source: string
  readonly processType: string
  readonly index: number
  readonly stream: LogStream
  readonly texts: readonly MessageText[]
}

export interface LogLineForm {
  /** Whether the log is in the short form (short-line.ts), else in that of `cf logs`. */
  readonly short: boolean
  readonly coloured: boolean
  /** Whether the lines of the short form have times. */
  readonly times: boolean
}

export const RESET = '\x1b[0m'
export const RED = '\x1b[31m'
export const DIM = '\x1b[2m'
/** One colour for each process, in order of appearance; red is reserved for errors. */
const HUES = ['\x1b[36m', '\x1b[33m', '\x1b[35m', '\x1b[34m', '\x1b[32m']

/** @returns the colour of a process by its identification */
export function hues(): (process: string) => string {
  const known = new Map<string, string>()
  return (process) => {
    const hue = known.get(process) ?? HUES[known.size % HUES.length] ?? ''
    known.set(process, hue)
    return hue
  }
}

/**
 * @param coloured for a terminal: as in `cf logs`, standard error is red; in addition, each process has its own colour,
 * and the platform's lines are dim
 * @returns whole lines, including the newline
 */
export function logLineFormatter(coloured: boolean): (messages: LogMessages) => string | Buffer {
  if (!coloured) return (messages) => linesOf(`   ${header(messages)}`, visibleTexts(messages), '\n')
  const hueOf = hues()
  return (messages) => {
    const { source, index, stream, texts } = messages
    if (stream === 'ERR') return linesOf(`   ${RED}${header(messages)}`, visibleTexts(messages), `${RESET}\n`)
    if (!isOfApp(messages))
      return linesOf(`   ${DIM}${header(messages)}${RESET}`, visibleTexts(messages), '\n')
    return linesOf(`   ${hueOf(`${source}/${index}`)}${header(messages)}${RESET}`, texts, '\n')
  }
}

/** The app's lines are not changed; control characters in the platform's lines are made visible. */
export function visibleTexts(messages: LogMessages): readonly MessageText[] {
  if (isOfApp(messages)) return messages.texts
  return messages.texts.map((text) => (typeof text === 'string' ? visibleLine(text) : text))
}

export const isOfApp = ({ source }: LogMessages) => source.startsWith('APP/')

export function linesOf(before: string, texts: readonly MessageText[], after: string): string | Buffer {
  if (texts.every((text) => typeof text === 'string')) return before + texts.join(after + before) + after
  return joined(texts.flatMap((text) => [before, text, after]))
}

/** Bytes if one part is not a string. */
export function joined(parts: readonly (string | Buffer)[]): string | Buffer {
  if (parts.every((part) => typeof part === 'string')) return parts.join('')
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
}

function header({ time, source, index, stream }: LogMessages): string {
  return `${timestamp(time)} [${visibleLine(source)}/${index}] ${stream} `
}

/** `2026-11-23T01:02:03.45+0000`, in the machine's time zone as `cf logs` shows it. */
function timestamp(time: Date): string {
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  const east = -time.getTimezoneOffset()
  const zone = `${east < 0 ? '-' : '+'}${two(Math.floor(Math.abs(east) / 60))}${two(Math.abs(east) % 60)}`
  return `${date}T${clockTime(time)}.${two(Math.floor(time.getMilliseconds() / 10))}${zone}`
}

/** `01:02:03` */
export function clockTime(time: Date): string {
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')
}

const two = (value: number) => String(value).padStart(2, '0')
