import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Sidecar } from '../../src/config/sidecar.ts'
import { isRestartNotice } from '../../src/droplet/notices.ts'
import { planPorts } from '../../src/droplet/ports.ts'
import { renderStartScript } from '../../src/droplet/start-script.ts'
import { removedAfterTest } from '../support/cleanup.ts'
import {
  env,
  literal,
  plan,
  platformEnv,
  type RestartTiming,
  ShellDroplet,
  shell,
  sidecar,
  stage,
  withTiming,
} from '../support/shell-droplet.ts'
import { until } from '../support/waiting.ts'

const QUICK: RestartTiming = { firstDelay: 10, longestDelay: 40, goodRun: 10_000 }

function start(
  command: string,
  more: Partial<Sidecar>,
  restartTiming = QUICK,
  own: Readonly<Record<string, string>> = {},
) {
  const staged = stage([[sidecar('the agent', more), shell(command)]])
  const planned = plan(staged)
  const droplet = removedAfterTest(new ShellDroplet(planned))
  for (const each of staged) {
    const script = renderStartScript(each, { index: '0', ports: planPorts({ sidecars: [each.sidecar] }) })
    droplet.write(`deps/0/start/${each.folder}`, withTiming(script, restartTiming), 0o755)
  }
  return droplet.start(planned.launch[0]?.command ?? '', { ...platformEnv('web'), ...own })
}

const COUNT = 'n=$(cat n 2>/dev/null || echo 0); echo $((n + 1)) > n; '

const lines = (text: string) => text.split('\n').filter((line) => line && !line.startsWith('Invoking '))

describe('restart', () => {
  test('on-failure: with a growing delay, each time one line, until the attempts are used up; then its own status', async () => {
    const { ended } = await start('echo run; exit 3', { restart: { policy: 'on-failure', attempts: 4 } })
    const { status, stdout, stderr } = await ended
    expect(status).toBe(3)
    expect(lines(stdout)).toEqual(Array(5).fill('run'))
    expect(lines(stderr)).toEqual([
      'sidecar "the agent": exited with status 3; restart 1 of 4 in 0.010 s',
      'sidecar "the agent": exited with status 3; restart 2 of 4 in 0.020 s',
      'sidecar "the agent": exited with status 3; restart 3 of 4 in 0.040 s',
      'sidecar "the agent": exited with status 3; restart 4 of 4 in 0.040 s',
      'sidecar "the agent": exited with status 3; restarted 4 times, giving up',
    ])
    expect(lines(stderr).map(isRestartNotice)).toEqual([true, true, true, true, false])
  })

  test('on-failure: ends with 0 when the sidecar does', async () => {
    const { ended } = await start(`${COUNT}exit $((n < 2))`, { restart: { policy: 'on-failure' } })
    expect(lines((await ended).stderr)).toHaveLength(2)
    expect((await ended).status).toBe(0)
  })

  test('always: also after 0, and after a signal', async () => {
    const { ended } = await start(`${COUNT}[ $n != 1 ] || kill -KILL $$; [ $n != 2 ] || exit 7`, {
      restart: { policy: 'always', attempts: 3 },
    })
    expect(lines((await ended).stderr).map((line) => line.split(';')[0])).toEqual(
      [0, 137, 7, 0].map((status) => `sidecar "the agent": exited with status ${status}`),
    )
    expect((await ended).status).toBe(0)
  })

  test('starts anew after a good run', async () => {
    const { ended } = await start(
      `${COUNT}[ $n != 2 ] || sleep 0.3; [ $n != 4 ] || exit 0; exit 1`,
      { restart: { policy: 'on-failure', attempts: 3 } },
      { firstDelay: 10, longestDelay: 1000, goodRun: 250 },
    )
    expect(lines((await ended).stderr).map((line) => line.split('; ')[1])).toEqual([
      'restart 1 of 3 in 0.010 s',
      'restart 2 of 3 in 0.020 s',
      'restart 1 of 3 in 0.010 s',
      'restart 2 of 3 in 0.020 s',
    ])
  })

  test('SIGTERM ends the sidecar without a restart; during a pause it ends at once', async () => {
    const running = await start("trap 'echo bye; exit 9' TERM; echo up; while :; do sleep 0.02; done", {
      restart: { policy: 'always' },
    })
    await until(() => running.written.stdout.includes('up'))
    running.process.kill('SIGTERM')
    expect(await running.ended).toMatchObject({
      status: 9,
      stderr: '',
      stdout: expect.stringContaining('bye'),
    })

    const slow = { firstDelay: 60_000, longestDelay: 60_000, goodRun: 60_000 }
    const pausing = await start('exit 4', { restart: { policy: 'always' } }, slow)
    await until(() => pausing.written.stderr.includes('restart'))
    pausing.process.kill('SIGTERM')
    expect((await pausing.ended).status).toBe(4)
  })

  test('passes the other signals on and keeps running', async () => {
    const running = await start(
      "trap 'echo usr1' USR1; trap 'echo hup' HUP; echo up; for i in {1..1000}; do sleep 0.02; done",
      { restart: { policy: 'on-failure' } },
    )
    await until(() => running.written.stdout.includes('up'))
    for (const [signal, said] of [
      ['SIGUSR1', 'usr1'],
      ['SIGHUP', 'hup'],
    ] as const) {
      running.process.kill(signal)
      await until(() => running.written.stdout.includes(said))
    }
    running.process.kill('SIGTERM')
    expect((await running.ended).status).toBe(143)
  })

  test('treats a stopped sidecar as running, without busy waiting, and continues it', async () => {
    const running = await start('echo up; exec sleep 60', { restart: { policy: 'always' } })
    await until(() => running.written.stdout.includes('up'))
    const { pid } = running.process
    const child = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'))
    const ticks = () =>
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .split(' ')
        .slice(13, 15)
        .reduce((sum, each) => sum + Number(each), 0)
    process.kill(child, 'SIGSTOP')
    await until(() => /State:\s+T/.test(readFileSync(`/proc/${child}/status`, 'utf8')))
    const before = ticks()
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(ticks() - before).toBeLessThan(10)
    expect(running.process.exitCode).toBe(null)
    process.kill(child, 'SIGCONT')
    running.process.kill('SIGTERM')
    expect((await running.ended).status).toBe(143)
    expect(lines(running.written.stderr)).toEqual([])
  })

  test('leaves the signals and descriptors of the sidecar as they are by hand', async () => {
    for (const command of ["exec grep -E 'Sig(Ign|Blk|Cgt)' /proc/self/status", 'exec ls /proc/self/fd']) {
      const byHand = lines((await (await start(command, {})).ended).stdout)
      const { ended } = await start(command, {
        restart: { policy: 'on-failure' },
        stop: { signal: 'INT', delay: 1 },
      })
      expect(lines((await ended).stdout)).toEqual(byHand)
    }
  })

  test('leaves the environment of the sidecar alone, whatever names are in it', async () => {
    const words =
      'type java candidate options word open at pause child stopping status delay signal seconds began port'
    const own = Object.fromEntries(words.split(' ').map((name) => [name, `own ${name}`]))
    const show = `for name in ${words}; do printenv "$name"; done`
    const more = {
      restart: { policy: 'on-failure' },
      proxy: { wait: false },
      stop: { signal: 'INT', delay: 1 },
    } as const
    const { ended } = await start(show, more, QUICK, own)
    expect(lines((await ended).stdout)).toEqual(Object.values(own))
  })

  test('stays asleep in under 6 MB', async () => {
    const running = await start('echo up; exec sleep 60', {
      restart: { policy: 'on-failure' },
      env: env({ BIG: literal('x'.repeat(100_000)) }),
    })
    await until(() => running.written.stdout.includes('up'))
    const cpu = () =>
      readFileSync(`/proc/${running.process.pid}/stat`, 'utf8').split(' ').slice(13, 15).join(' ')
    const before = cpu()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(cpu()).toBe(before)
    const status = readFileSync(`/proc/${running.process.pid}/status`, 'utf8')
    expect(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1])).toBeLessThan(6 * 1024)
    expect(status).toMatch(/State:\s+S/)
    running.process.kill('SIGTERM')
    await running.ended
  })

  test('100 restarts in a row leave no process, no descriptor and no memory behind', async () => {
    const running = await start(
      'exit 1',
      { restart: { policy: 'on-failure' } },
      { firstDelay: 1, longestDelay: 1, goodRun: 60_000 },
    )
    const at = (count: number) => until(() => running.written.stderr.includes(`restart ${count} `))
    const proc = `/proc/${running.process.pid}`
    const rss = () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`${proc}/status`, 'utf8'))?.[1])
    await at(10)
    const before = { rss: rss(), fds: readdirSync(`${proc}/fd`).length }
    await at(90)
    expect(rss() - before.rss).toBeLessThan(256)
    await until(() => readdirSync(`${proc}/fd`).length <= before.fds)
    const children = readFileSync(`${proc}/task/${running.process.pid}/children`, 'utf8').trim()
    expect(children.split(' ').length).toBeLessThanOrEqual(1)
    running.process.kill('SIGTERM')
    await running.ended
  })
})

describe('stop', () => {
  test('sends its own signal instead of TERM, at once', async () => {
    const running = await start(
      "trap 'echo quit; exit 0' QUIT; trap 'echo term' TERM; echo up; while :; do sleep 0.02; done",
      {
        stop: { signal: 'QUIT', delay: 0 },
      },
    )
    await until(() => running.written.stdout.includes('up'))
    running.process.kill('SIGTERM')
    const { status, stdout } = await running.ended
    expect({ status, said: lines(stdout) }).toEqual({ status: 0, said: ['up', 'quit'] })
  })

  test('waits before, and not any longer than the sidecar lives', async () => {
    const running = await start("trap 'exit 5' INT; echo up; while :; do sleep 0.02; done", {
      stop: { signal: 'INT', delay: 500 },
    })
    await until(() => running.written.stdout.includes('up'))
    const began = Date.now()
    running.process.kill('SIGTERM')
    running.process.kill('SIGTERM')
    expect((await running.ended).status).toBe(5)
    expect(Date.now() - began).toBeGreaterThanOrEqual(495)

    const short = await start('echo up; sleep 0.2; exit 6', { stop: { signal: 'TERM', delay: 9000 } })
    await until(() => short.written.stdout.includes('up'))
    const then = Date.now()
    short.process.kill('SIGTERM')
    expect((await short.ended).status).toBe(6)
    expect(Date.now() - then).toBeLessThan(3000)
  })

  test('without restart and stop there is no supervisor', async () => {
    const running = await start('echo $$; exec sleep 60', {
      stop: { signal: 'TERM', delay: 0 },
      env: env({ A: literal('') }),
    })
    await until(() => lines(running.written.stdout).length > 0)
    expect(lines(running.written.stdout)[0]).toBe(String(running.process.pid))
    expect(existsSync(`/proc/${running.process.pid}`)).toBe(true)
    running.process.kill('SIGTERM')
    expect((await running.ended).signal).toBe('SIGTERM')
  })
})
