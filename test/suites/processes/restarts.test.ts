import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { renderStartScript } from '../../../src/droplet/start-script.ts'
import { plan, platformEnv, ShellDroplet, shell, sidecar, stage } from '../../droplet/shell-droplet.ts'

const droplet = new ShellDroplet()
afterAll(() => droplet.remove())

test('500 restarts in a row leave no process, no descriptor and no memory behind', async () => {
  const staged = stage([
    [sidecar('failing', { restart: { policy: 'on-failure', attempts: 500 } }), shell('exit 1')],
  ])
  const restartTiming = { firstDelay: 1, longestDelay: 1, goodRun: 60_000 }
  for (const each of staged) {
    droplet.write(
      'deps/0/start/failing',
      renderStartScript(each, { index: '0', ports: new Map(), restartTiming }),
      0o755,
    )
  }
  const running = await droplet.start(plan(staged).launch[0]?.command ?? '', platformEnv('web'))
  const proc = `/proc/${running.process.pid}`
  const at = async (count: number) => {
    while (!running.written.stderr.includes(`; restart ${count} `))
      await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const rss = () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`${proc}/status`, 'utf8'))?.[1])
  await at(20)
  const before = { rss: rss(), fds: readdirSync(`${proc}/fd`).length }
  await at(480)
  expect(rss() - before.rss).toBeLessThan(300)
  expect(rss()).toBeLessThan(6 * 1024)
  while (readdirSync(`${proc}/fd`).length > before.fds) await new Promise((resolve) => setTimeout(resolve, 1))
  const children = readFileSync(`${proc}/task/${running.process.pid}/children`, 'utf8').trim().split(' ')
  expect(children.length).toBeLessThanOrEqual(1)
  const { status, stderr } = await running.ended
  expect(status).toBe(1)
  expect(stderr.trim().split('\n')).toHaveLength(501)
})
