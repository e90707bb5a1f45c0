import { describe, expect, it } from 'vitest'
import type { LogMessages } from '../../../src/diego/logs/log-line.ts'
import { recentLog } from '../../../src/diego/logs/recent.ts'
import { shortLineFormatter } from '../../../src/diego/logs/short-line.ts'
import { api, containerMessages, dropletMessages, healthMessages } from '../../../src/diego/messages.ts'
import { aSpec } from '../cell.ts'

const web = aSpec({ droplet: '/d', command: 'x', sidecars: [{ name: 'Config', command: 'y' }] })
const worker = { ...web, processType: 'worker' }

function message(source: string, texts: readonly string[], more: Partial<LogMessages> = {}): LogMessages {
  return { time: new Date(0), source, processType: 'web', index: 0, stream: 'OUT', texts, ...more }
}

describe('the short log', () => {
  it('has the name of the process in front of each line', () => {
    const format = shortLineFormatter({ coloured: false }, [web])
    expect(format(message('APP/PROC/WEB', ['a', 'b']))).toBe('web    | a\nweb    | b\n')
    expect(format(message('APP/PROC/WEB/SIDECAR/CONFIG', ['c']))).toBe('Config | c\n')
  })

  it('has the time in front where that is wanted', () => {
    const time = new Date(2026, 10, 29, 9, 5, 7)
    const line = (coloured: boolean) =>
      shortLineFormatter({ coloured, times: true }, [web])(message('APP/PROC/WEB', ['a'], { time }))
    expect(line(false)).toBe('09:05:07 web    | a\n')
    expect(line(true)).toBe('\x1b[2m09:05:07 \x1b[0m\x1b[36mweb    |\x1b[0m a\n')
  })

  it('says process type and instance where there are several', () => {
    const format = shortLineFormatter({ coloured: false }, [web, { ...web, index: 1 }, worker])
    expect(format(message('APP/PROC/WEB', ['a'], { index: 1 }))).toMatch(/^web\/1 +\| a\n$/)
    expect(format(message('APP/PROC/WORKER/SIDECAR/CONFIG', ['a'], { processType: 'worker' }))).toBe(
      'worker:Config/0 | a\n',
    )
    expect(format(message('CELL', [healthMessages.healthy]))).toMatch(/^web:cell\/0 +\| healthy\n$/)
  })

  it('has a word for what the platform says of a container, and nothing for its beginnings', () => {
    const format = shortLineFormatter({ coloured: false }, [web])
    const event = { index: 0, appGuid: 'a', instanceGuid: 'i', cellId: 'c', version: 'v' }
    const crash = api.exited({
      ...event,
      exitDescription: 'APP/PROC/WEB: Exited with status 1',
      crashCount: 1,
      time: new Date(),
    })
    const texts = [
      containerMessages.creating('c', 'i'),
      containerMessages.created('c', 'i'),
      dropletMessages.downloading,
      dropletMessages.downloaded(100),
      healthMessages.starting,
      healthMessages.healthy,
      containerMessages.stopping('c', 'i'),
      containerMessages.destroying('c', 'i'),
      containerMessages.destroyed('c', 'i'),
      api.crashed('web'),
      crash,
      'something else',
    ]
    expect(texts.map((text) => String(format(message('CELL', [text])).slice(9)))).toEqual([
      '',
      'created\n',
      '',
      '',
      '',
      'healthy\n',
      'stopping\n',
      '',
      'destroyed\n',
      '',
      'crashed: APP/PROC/WEB: Exited with status 1\n',
      'something else\n',
    ])
    expect(format(message('APP/PROC/WEB', ['Invoking pre-start scripts.', 'Invoking start command.']))).toBe(
      '',
    )
  })

  it('shows in red what a process writes to standard error, but no notice of a start', () => {
    const format = shortLineFormatter({ coloured: true }, [web])
    const texts = ['failed', 'The app waits for the sidecar "Config" (port 8082)']
    const [failed, waits] = String(format(message('APP/PROC/WEB', texts, { stream: 'ERR' }))).split('\n')
    expect(failed).toContain('\x1b[31mfailed\x1b[0m')
    expect(waits).not.toContain('\x1b[31m')
  })

  it('makes control characters of names visible', () => {
    const odd = aSpec({ droplet: '/d', command: 'x', processType: 'w\x1b[1m' })
    expect(shortLineFormatter({ coloured: false }, [odd])(message('APP/PROC/W\x1b[1M', ['a']))).toMatch(
      /^w\\u001b\[1m \| a\n$/,
    )
  })

  it('keeps bytes that are not UTF-8', () => {
    const bytes = Buffer.from([0xff, 0x41])
    const line = shortLineFormatter({ coloured: false }, [web])({
      ...message('APP/PROC/WEB', []),
      texts: [bytes],
    })
    expect(Buffer.from(line)).toEqual(Buffer.concat([Buffer.from('web    | '), bytes, Buffer.from('\n')]))
  })
})

describe('the recent log', () => {
  it('keeps the last lines, and at most two times as many as asked for', () => {
    const log = recentLog(10)
    for (let at = 0; at < 100; at++) log.add(message('APP/PROC/WEB', [`a${at}`, `b${at}`, `c${at}`]))
    const lines = log.all().flatMap(({ texts }) => texts)
    expect(lines.at(-1)).toBe('c99')
    expect(lines.length).toBeGreaterThanOrEqual(10)
    expect(lines.length).toBeLessThanOrEqual(20)
    log.add(
      message(
        'APP/PROC/WEB',
        Array.from({ length: 1000 }, (_, at) => `d${at}`),
      ),
    )
    expect(log.all().flatMap(({ texts }) => texts)).toHaveLength(10)
  })
})
