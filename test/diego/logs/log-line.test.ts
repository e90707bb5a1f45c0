import { describe, expect, test } from 'vitest'
import { logLineFormatter } from '../../../src/diego/logs/log-line.ts'

const time = new Date(2026, 10, 23, 1, 2, 3, 456)

describe('a log line', () => {
  test('holds bytes that are not UTF-8 as they are', () => {
    const texts = [Buffer.from([0xff, 0x00, 0x41])]
    const line = Buffer.from(
      logLineFormatter(false)({
        time,
        source: 'APP/PROC/WEB',
        processType: 'web',
        index: 0,
        stream: 'OUT',
        texts,
      }),
    )
    expect(line.subarray(-4)).toEqual(Buffer.from([0xff, 0x00, 0x41, 0x0a]))
  })

  test('has its own time, source and stream', () => {
    const format = logLineFormatter(false)
    const source = 'CELL'
    const lines = [
      format({ time, source, processType: 'web', index: 0, stream: 'OUT', texts: ['a'] }),
      format({ time, source, processType: 'web', index: 0, stream: 'ERR', texts: ['b'] }),
      format({ time, source: 'API', processType: 'web', index: 0, stream: 'ERR', texts: ['c'] }),
      format({
        time: new Date(time.getTime() + 10),
        source: 'API',
        processType: 'web',
        index: 0,
        stream: 'ERR',
        texts: ['d'],
      }),
    ]
    expect(lines.map((line) => String(line).replace(/^.*\.|[-+]\d{4}/g, ''))).toEqual([
      '45 [CELL/0] OUT a\n',
      '45 [CELL/0] ERR b\n',
      '45 [API/0] ERR c\n',
      '46 [API/0] ERR d\n',
    ])
  })

  test('has the form of cf logs', () => {
    const line = logLineFormatter(false)({
      time,
      source: 'APP/PROC/WEB/SIDECAR/CONFIG-SERVER',
      processType: 'web',
      index: 0,
      stream: 'OUT',
      texts: ['hi'],
    })
    expect(line).toMatch(
      /^ {3}2026-11-23T01:02:03\.45[-+]\d{4} \[APP\/PROC\/WEB\/SIDECAR\/CONFIG-SERVER\/0\] OUT hi\n$/,
    )
  })

  test('is red on a terminal when it comes from standard error, and each process has its own hue', () => {
    const format = logLineFormatter(true)
    expect(
      format({ time, source: 'APP/PROC/WEB', processType: 'web', index: 0, stream: 'ERR', texts: ['oh'] }),
    ).toMatch(/^ {3}\x1b\[31m.*oh\x1b\[0m\n$/)
    const hue = (source: string) =>
      /\x1b\[\d+m/.exec(
        String(format({ time, source, processType: 'web', index: 0, stream: 'OUT', texts: [''] })),
      )?.[0]
    expect(new Set([hue('APP/PROC/WEB'), hue('APP/PROC/WEB/SIDECAR/A'), hue('CELL')]).size).toBe(3)
    expect(hue('APP/PROC/WEB')).toBe(hue('APP/PROC/WEB'))
  })
})
