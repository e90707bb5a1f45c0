import { describe, expect, test } from 'vitest'
import { type ShownProcess, statusLines } from '../../src/cli/status-lines.ts'
import { statusView } from '../../src/cli/status-view.ts'
import { widthOf } from '../../src/cli/text-width.ts'
import type { ProcessStatus } from '../../src/diego/status.ts'

const MIB = 1024 ** 2
const web: ProcessStatus = {
  name: 'web',
  kind: 'app',
  pid: 12,
  state: 'waiting',
  restarts: 0,
  memory: 96 * MIB,
  share: 192 * MIB,
}
const sidecar: ProcessStatus = {
  name: 'config-server',
  kind: 'sidecar',
  pid: 1234,
  state: 'ready',
  restarts: 0,
  memory: 80 * MIB,
  share: 64 * MIB,
}

/** Processes of an instance that has crashed so often, and starts again in so many seconds. */
function of(
  processes: readonly ProcessStatus[],
  crashes: number,
  restartIn?: number,
): readonly ShownProcess[] {
  return processes.map((each) => ({ ...each, crashes, ...(restartIn !== undefined && { restartIn }) }))
}

describe('status lines', () => {
  test('say what the start of the app waits for', () => {
    const [line] = statusLines(of([{ ...web, waitsFor: 'auth (port 8082)' }], 0), 120)
    expect(line).toContain('waiting for auth (port 8082)')
  })

  test('show each process with its pid, state and memory of its share', () => {
    expect(statusLines(of([web, sidecar], 2), 100)).toEqual([
      ' web                      pid 12    waiting  ▕██████      ▏96 of 192M  2 crashes',
      ' config-server (sidecar)  pid 1234  ready    ▕████████████▏80 of 64M',
    ])
  })

  test('show how often a sidecar was started again without the app', () => {
    const [, once] = statusLines(of([web, { ...sidecar, restarts: 1 }], 0), 100)
    expect(once).toMatch(/80 of 64M +1 restart$/)
    expect(statusLines(of([{ ...sidecar, restarts: 3 }], 0), 100)[0]).toMatch(/3 restarts$/)
  })

  test('show how long the restart is away', () => {
    expect(statusLines(of([{ ...web, memory: 0 }], 3, 27), 100)[0]).toContain('starts in 27 s')
  })

  test('take no more columns than the terminal has, and hold no control characters', () => {
    const names = [
      `x\n${'y'.repeat(300)}`,
      '設定サーバー'.repeat(9),
      '👩‍👩‍👧 family',
      'e\u0301'.repeat(50),
      '\u202eright',
      'a\x9bb',
    ]
    const all = [web, ...names.map((name) => ({ ...sidecar, name }))]
    for (let columns = 1; columns <= 120; columns++) {
      const lines = statusLines(of(all, 1), columns)
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns)
      expect(lines.join('')).not.toMatch(/[\p{Cc}\u202e]/u)
    }
  })

  test('stand one below the other, whatever letters the names have', () => {
    const lines = statusLines(of([web, { ...sidecar, name: '設定' }], 0), 100)
    expect(new Set(lines.map((line) => widthOf(line.split('pid')[0] ?? ''))).size).toBe(1)
  })

  test('of a narrow terminal leave out first the bar, then the pid, and keep state and memory', () => {
    const at = (columns: number) => statusLines(of([web, sidecar], 2), columns)
    expect(at(60)).toEqual([
      ' web                pid 12    waiting  96 of 192M  2 crashes',
      ' config-server (s…  pid 1234  ready    80 of 64M',
    ])
    expect(at(40)).toEqual([
      ' web                 waiting  96 of 192M',
      ' config-server (si…  ready    80 of 64M',
    ])
    expect(at(20)).toEqual([' web         waiting', ' config-se…  ready'])
  })
})

/** What a terminal shows after it was written to, as far as the view makes use of it. */
function screen(written: string): string[] {
  const rows: string[] = ['']
  for (const [part] of written.matchAll(/\x1b\[(\d*)([A-Za-z])|[^\x1b]+/g)) {
    const up = /^\x1b\[(\d+)A$/.exec(part)
    if (up) rows.splice(rows.length - Number(up[1]) - 1, Number(up[1]) + 1, '')
    else if (!part.startsWith('\x1b')) {
      for (const [index, text] of part.replaceAll('\r', '').split('\n').entries()) {
        if (index > 0) rows.push('')
        rows[rows.length - 1] += text
      }
    }
  }
  return rows.slice(0, -1)
}

test('the log scrolls above the status, which goes away at the end', () => {
  let written = ''
  const view = statusView(
    (text) => {
      written += text
    },
    () => 80,
  )
  view.write('one\n')
  view.show(['A', 'B'])
  view.write('two\nthree\n')
  expect(screen(written)).toEqual(['one', 'two', 'three', 'A', 'B'])
  view.show(['C'])
  expect(screen(written)).toEqual(['one', 'two', 'three', 'C'])
  view.end()
  view.write('four\n')
  expect(screen(written)).toEqual(['one', 'two', 'three', 'four'])
})

describe('the status lines are removed completely', () => {
  /** How many rows the view went up when it wrote again. */
  function rowsUp(lines: readonly string[], columnsThen: number): number {
    let columns = 80
    let written = ''
    const view = statusView(
      (text) => {
        written = String(text)
      },
      () => columns,
    )
    view.show(lines)
    columns = columnsThen
    view.write('more\n')
    return Number(/^\x1b\[(\d+)A/.exec(written)?.[1])
  }

  test('in a terminal that has become narrower and broken the lines up', () => {
    expect(rowsUp(['x'.repeat(70), 'short', '設'.repeat(21)], 40)).toBe(2 + 1 + 2)
  })

  test('when the user has typed lines below it, which are then gone', () => {
    let written = ''
    const view = statusView(
      (text) => {
        written = String(text)
      },
      () => 80,
    )
    view.show(['A', 'B'])
    view.typed(3)
    expect(written).toMatch(/^\x1b\[5A\r\x1b\[J/)
    view.write('more\n')
    expect(written).toMatch(/^\x1b\[2A\r\x1b\[J/)
  })
})
