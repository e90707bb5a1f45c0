/** A running instance drawn as lines for a terminal: one for each process, its memory as a bar of its share. */
import { MIB } from '../config/memory-size.ts'
import type { ProcessStatus } from '../lifecycle/instance/status.ts'

const BAR = 12
const PARTS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/**
 * @param crashes how often the instance has crashed
 * @param restartIn seconds until it starts again, while it waits for that
 * @param columns of the terminal: no line is longer
 */
export function statusLines(
  processes: readonly ProcessStatus[],
  crashes: number,
  restartIn: number | undefined,
  columns: number,
): readonly string[] {
  const crashed = crashes === 0 ? '' : `${crashes} ${crashes === 1 ? 'crash' : 'crashes'}`
  const cells = processes.map(({ name, kind, pid, state, memory, share }) => [
    shorten(kind === 'app' ? name : `${name} (sidecar)`, 32),
    `pid ${pid ?? '-'}`,
    state === 'waiting' && restartIn !== undefined ? `starts in ${restartIn} s` : state,
    `▕${bar(memory / share)}▏${Math.round(memory / MIB)} of ${Math.round(share / MIB)}M`,
    kind === 'app' ? crashed : '',
  ])
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells.map((row) => {
    const padded = row.map((cell, column) => cell.padEnd(widths[column] ?? 0))
    return shorten(` ${padded.join('  ')}`.trimEnd(), columns)
  })
}

/** @param part of the whole, 0 to 1 */
function bar(part: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, part)) * BAR * 8)
  return `${'█'.repeat(Math.floor(eighths / 8))}${PARTS[eighths % 8]}`.padEnd(BAR)
}

function shorten(text: string, length: number): string {
  const plain = text.replaceAll(/[\x00-\x1f\x7f]/g, ' ')
  return plain.length <= length ? plain : `${plain.slice(0, Math.max(0, length - 1))}…`
}
