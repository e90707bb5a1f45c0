/** An instance while the machine's time is put to another one. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { measured } from '../../../bench/measures.mjs'
import { allProcesses, commandLine, processStat } from '../../../src/system/proc.ts'
import { freePort } from '../../support/free-port.ts'
import { type LocalRun, Workplace } from '../../support/local-run.ts'
import { FakeClock, lacksFaketime } from './faketime.ts'

const place = new Workplace()
afterAll(() => place.end())

const skipped = lacksFaketime ? ` (skipped: ${lacksFaketime})` : ''
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const SERVER = `const { PORT = '', LATE = '0' } = process.env
setTimeout(() => require('node:http').createServer((_, answer) => answer.end('ok')).listen(PORT), Number(LATE))`

async function staged(name: string, sidecarsYml: string): Promise<string> {
  const app = join(place.folder, name)
  mkdirSync(app, { recursive: true })
  writeFileSync(join(app, 'sidecars.yml'), sidecarsYml)
  writeFileSync(join(app, 'server.js'), SERVER)
  return place.stage(app)
}

describe.skipIf(lacksFaketime)(`run, whose own time jumps${skipped}`, () => {
  test('waits for the app and for a restart as usual, and keeps counting crashes', async () => {
    const droplet = await staged('jumping', 'processes: {web: node server.js}\n')
    const clock = new FakeClock(join(place.folder, 'clock'), '+0')
    const args = ['--port', String(await freePort()), '--env', 'LATE=1500', '--restart-delay', '2s']
    const run = place.run([droplet, ...args], clock.env)
    await run.line('Starting health monitoring')
    clock.set('+3h')
    await run.line('Container became healthy')
    const delays: number[] = []
    for (const [crash, jump] of ['+3d', '-3d'].entries()) {
      clock.set(jump)
      await pause(100)
      process.kill(serverOf(run), 'SIGKILL')
      const { at: crashed } = await run.line('successfully destroyed', crash + 1)
      clock.set('+0')
      const { at: restarted } = await run.line('creating container', crash + 2)
      delays.push(restarted - crashed)
      await run.line('Container became healthy', crash + 2)
    }
    expect(run.count('"crash_count"=>1')).toBe(1)
    expect(run.count('"crash_count"=>2')).toBe(1)
    const holds = [
      measured({
        area: 'faults',
        measure: 'a restart after 2 s while the time jumps by days, the shortest',
        value: Math.min(...delays),
        unit: 'ms',
        atLeast: 1900,
      }),
      measured({
        area: 'faults',
        measure: 'a restart after 2 s while the time jumps by days, the longest',
        value: Math.max(...delays),
        unit: 'ms',
        atMost: 3500,
      }),
    ]
    expect(holds).toEqual([true, true])
    expect(await run.end()).toBe(0)
  })
})

describe.skipIf(lacksFaketime)(`an app whose time jumps${skipped}`, () => {
  const withClock = (clock: FakeClock) =>
    Object.entries(clock.env).flatMap(([name, value]) => ['--env', `${name}=${value}`])

  test('is still held until its sidecar is ready', async () => {
    const port = await freePort()
    const late = `{name: late, command: "echo late; LATE=3000 PORT=${port} exec node server.js", wait_for: {port: ${port}, timeout: 30s}}`
    const droplet = await staged(
      'held',
      `sidecars: [${late}]\nprocesses: {web: echo the app starts; exec sleep 600}\n`,
    )
    const clock = new FakeClock(join(place.folder, 'held-clock'), '+0')
    const run = place.run([droplet, '--process', 'web', '-f', processCheck(), ...withClock(clock)])
    await run.line('late')
    for (const time of ['+2h', '-2h', '+9d']) {
      clock.set(time)
      await pause(300)
    }
    await run.line('the app starts')
    expect(run.count('was not ready')).toBe(0)
    expect(await run.end()).toBe(0)
  })

  test('is still ended when its sidecar does not get ready in time', async () => {
    const port = await freePort()
    const never = `{name: never, command: "echo never; exec sleep 600", wait_for: {port: ${port}, timeout: 3s}}`
    const droplet = await staged('ended', `sidecars: [${never}]\nprocesses: {web: echo the app starts}\n`)
    const clock = new FakeClock(join(place.folder, 'ended-clock'), '+0')
    const run = place.run([droplet, '-f', processCheck(), '--max-restarts', '0', ...withClock(clock)])
    const { at: started } = await run.line('never')
    clock.set('-2h')
    const { at: ended } = await run.line('was not ready')
    const took = measured({
      area: 'faults',
      measure: 'a wait of 3 s while the time is put back by hours',
      value: ended - started,
      unit: 'ms',
      atLeast: 2500,
      atMost: 6000,
    })
    expect(took).toBe(true)
    await run.end()
  })
})

/** A manifest whose app is not asked on a port. */
function processCheck(): string {
  const file = join(place.folder, 'manifest.yml')
  writeFileSync(file, 'applications: [{name: app, health-check-type: process}]\n')
  return file
}

const serverOf = (run: LocalRun) => {
  // Below the process that has entered the container for it.
  const isBelow = (pid: number): boolean => {
    const parent = processStat(pid)?.parent ?? 0
    return parent === run.pid || (parent > 1 && isBelow(parent))
  }
  const found = allProcesses().find(({ pid }) => /^node .*server\.js$/.test(commandLine(pid)) && isBelow(pid))
  if (!found) throw new Error('no app is running')
  return found.pid
}
