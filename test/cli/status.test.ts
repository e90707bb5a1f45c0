import { describe, expect, test } from 'vitest'
import { statusLines } from '../../src/cli/status-lines.ts'
import { statusView } from '../../src/cli/status-view.ts'
import type { ProcessStatus } from '../../src/lifecycle/instance/status.ts'

const MIB = 1024 ** 2
const web: ProcessStatus = {
  name: 'web',
  kind: 'app',
  pid: 12,
  state: 'waiting',
  memory: 96 * MIB,
  share: 192 * MIB,
}
const sidecar: ProcessStatus = {
  name: 'config-server',
  kind: 'sidecar',
  pid: 1234,
  state: 'ready',
  memory: 80 * MIB,
  share: 64 * MIB,
}

describe('status lines', () => {
  test('show each process with its pid, state and memory of its share', () => {
    expect(statusLines([web, sidecar], 2, undefined, 100)).toEqual([
      ' web                      pid 12    waiting  ▕██████      ▏96 of 192M  2 crashes',
      ' config-server (sidecar)  pid 1234  ready    ▕████████████▏80 of 64M',
    ])
  })

  test('show how long the restart is away', () => {
    expect(statusLines([{ ...web, memory: 0 }], 3, 27, 100)[0]).toContain('starts in 27 s')
  })

  test('are never longer than the terminal is wide, and hold no control characters', () => {
    const lines = statusLines([web, { ...sidecar, name: `x\n${'y'.repeat(300)}` }], 1, undefined, 40)
    expect(lines.map((line) => line.length)).toEqual([40, 40])
    expect(lines.join('')).not.toMatch(/[\x00-\x1f]/)
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
  const view = statusView((text) => {
    written += text
  })
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
