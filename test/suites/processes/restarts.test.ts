import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { measured } from '../../../bench/measures.mjs'
import { renderStartScript } from '../../../src/droplet/start-script.ts'
import {
  plan,
  platformEnv,
  ShellDroplet,
  shell,
  sidecar,
  stage,
  withTiming,
} from '../../support/shell-droplet.ts'

const droplet = new ShellDroplet()
afterAll(() => droplet.remove())

/** A sidecar that is restarted without an end. */
async function restarting(command: string, goodRun: number) {
  const staged = stage([[sidecar('failing', { restart: { policy: 'on-failure' } }), shell(command)]])
  const restartTiming = { firstDelay: 1, longestDelay: 1, goodRun }
  for (const each of staged) {
    const script = renderStartScript(each, { index: '0', ports: new Map() })
    droplet.write('deps/0/start/failing', withTiming(script, restartTiming), 0o755)
  }
  const running = await droplet.start(plan(staged).launch[0]?.command ?? '', platformEnv('web'))
  const proc = `/proc/${running.process.pid}`
  return {
    running,
    rss: () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`${proc}/status`, 'utf8'))?.[1]),
    descriptors: () => readdirSync(`${proc}/fd`).length,
    children: () =>
      readFileSync(`${proc}/task/${running.process.pid}/children`, 'utf8').split(' ').filter(Boolean).length,
    /** Of both kinds, in the clock's ticks. */
    cpu: () =>
      readFileSync(`${proc}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
        .slice(11, 13)
        .reduce((sum, each) => sum + Number(each), 0),
    /** Until so many restarts were said. */
    async at(count: number) {
      while (!running.written.stderr.includes(`; restart ${count} `)) await sleep(5)
    },
  }
}

/** The least of many looks: in the middle of a restart there is a bit more. */
async function least(look: () => number): Promise<number> {
  let value = look()
  for (let at = 0; at < 50; at++, await sleep(2)) value = Math.min(value, look())
  return value
}

const AREA = 'processes'

test('500 restarts in a row leave no process, no descriptor and no memory behind', async () => {
  const { running, rss, descriptors, children, at } = await restarting('exit 1', 60_000)
  await at(20)
  const before = { rss: rss(), descriptors: await least(descriptors) }
  await at(520)
  const kept = [
    {
      measure: '500 restarts: resident more',
      value: Math.max(0, rss() - before.rss),
      unit: 'kB',
      atMost: 300,
    },
    {
      measure: '500 restarts: open more',
      value: (await least(descriptors)) - before.descriptors,
      unit: 'descriptors',
      atMost: 0,
    },
    { measure: '500 restarts: processes left', value: await least(children), unit: 'processes', atMost: 0 },
  ]
  for (const each of kept) expect(measured({ area: AREA, ...each }), each.measure).toBe(true)
  const lines = running.written.stderr.split('\n').filter((line) => line.includes('; restart '))
  expect(lines.map((line) => Number(/restart (\d+)/.exec(line)?.[1]))).toEqual(lines.map((_, at) => at + 1))
  running.process.kill('SIGTERM')
  await running.ended
})

test('the shell above a sidecar sleeps, in less than 6 MB', async () => {
  const { running, rss, cpu } = await restarting('echo up; exec sleep 60', 60_000)
  while (!running.written.stdout.includes('up\n')) await sleep(5)
  const before = cpu()
  await sleep(2000)
  const found = [
    { measure: 'supervising shell: CPU in two seconds', value: cpu() - before, unit: 'ticks', atMost: 0 },
    { measure: 'supervising shell: resident', value: rss() / 1024, unit: 'MB', atMost: 6 },
  ]
  for (const each of found) expect(measured({ area: AREA, ...each }), each.measure).toBe(true)
  running.process.kill('SIGTERM')
  await running.ended
})
