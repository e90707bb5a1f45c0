/** Draws a running instance for a terminal: one line for each process, with a bar for its memory. */

import type { ProcessStatus } from '../diego/status.ts'
import { MIB } from '../platform/memory-size.ts'
import { visibleLine } from '../problems/visible.ts'
import { padTo, shorten, widthOf } from './text-width.ts'

const BAR = 12
const PARTS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const LONGEST_NAME = 32
/** Characters of a process's wait condition. */
const LONGEST_WAIT = 24
/** Minimum width of a name before columns are dropped. */
const SHORTEST_NAME = 14
const GAP = '  '

/** The cells of one process after its name. */
interface Row {
  readonly name: string
  readonly pid: string
  readonly state: string
  readonly bar: string
  readonly memory: string
  readonly ended: string
}

/** Layouts from all columns to the necessary ones. */
const LAYOUTS: readonly (readonly (keyof Row)[])[] = [
  ['pid', 'state', 'bar', 'memory', 'ended'],
  ['pid', 'state', 'memory', 'ended'],
  ['state', 'memory', 'ended'],
  ['state', 'memory'],
  ['state'],
]

/** A process, with data of its instance. */
export type ShownProcess = ProcessStatus & {
  /** The number of crashes of the instance. */
  readonly crashes: number
  /** Seconds until the restart. */
  readonly restartIn?: number | undefined
}

/** @param columns of the terminal: the maximum length of a line */
export function statusLines(processes: readonly ShownProcess[], columns: number): readonly string[] {
  const rows = processes.map(rowOf)
  const longest = Math.min(LONGEST_NAME, widest(rows.map(({ name }) => name)))
  const layouts = LAYOUTS.map((layout) => {
    const cells = aligned(rows, layout)
    return { cells, room: columns - 1 - GAP.length - widest(cells) }
  })
  const fitting = layouts.find(({ room }) => room >= Math.min(longest, SHORTEST_NAME)) ?? layouts.at(-1)
  const nameWidth = Math.max(1, Math.min(longest, fitting?.room ?? 0))
  return rows.map(({ name }, index) => {
    const line = ` ${padTo(shorten(name, nameWidth), nameWidth)}${GAP}${fitting?.cells[index] ?? ''}`
    return shorten(line.trimEnd(), columns)
  })
}

function rowOf(process: ShownProcess): Row {
  const { name, kind, pid, state, waitsFor, memory, share, restarts, crashes, restartIn } = process
  return {
    name: visibleLine(kind === 'app' ? name : `${name} (sidecar)`),
    pid: `pid ${pid ?? '-'}`,
    state: state === 'waiting' ? waitingFor(waitsFor, restartIn) : state,
    bar: `▕${bar(memory / share)}▏`,
    memory: `${Math.round(memory / MIB)} of ${Math.round(share / MIB)}M`,
    ended: kind === 'app' ? counted(crashes, 'crash', 'crashes') : counted(restarts, 'restart', 'restarts'),
  }
}

function waitingFor(what: string | undefined, restartIn: number | undefined): string {
  if (restartIn !== undefined) return `starts in ${restartIn} s`
  return what === undefined ? 'waiting' : `waiting for ${shorten(visibleLine(what), LONGEST_WAIT)}`
}

function counted(count: number, one: string, many: string): string {
  return count === 0 ? '' : `${count} ${count === 1 ? one : many}`
}

/** The cells of each row as one string, aligned in columns. */
function aligned(rows: readonly Row[], layout: readonly (keyof Row)[]): readonly string[] {
  const widths = layout.map((column) => widest(rows.map((row) => row[column])))
  return rows.map((row) =>
    layout
      .map((column, index) => padTo(row[column], widths[index] ?? 0) + (column === 'bar' ? '' : GAP))
      .join('')
      .trimEnd(),
  )
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(widthOf))
}

/** @param part of the whole, 0 to 1 */
function bar(part: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, part)) * BAR * 8)
  return `${'█'.repeat(Math.floor(eighths / 8))}${PARTS[eighths % 8]}`.padEnd(BAR)
}
