import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import { commandLine } from '../../../src/system/proc.ts'
import { freePort } from '../../support/free-port.ts'
import { type LocalRun, Workplace } from '../../support/local-run.ts'
import { descendants } from '../../support/processes.ts'
import { Samples } from './samples.ts'

const AREA = 'load'
const SECONDS = count(30, 600)
const CONNECTIONS = 8
const place = new Workplace()
afterAll(() => place.end())

/** A line of log for each request; half a megabyte of answers in turn. */
const SERVER = `require('node:http').createServer((request, response) => {
  console.log('asked for ' + request.url)
  response.end('x'.repeat(1000))
}).listen(process.env.PORT)`

const SLEEP = `sleep 5353.${process.pid}`

async function staged(name: string, sidecars: number, restart: string): Promise<string> {
  const app = join(place.folder, name)
  mkdirSync(app, { recursive: true })
  writeFileSync(join(app, 'server.js'), SERVER)
  const entries = Array.from(
    { length: sidecars },
    (_, at) => `  - {name: s-${at}, memory: 4M, command: 'exec ${SLEEP}'${restart}}\n`,
  )
  writeFileSync(join(app, 'sidecars.yml'), `sidecars:\n${entries.join('')}processes: {web: node server.js}\n`)
  return place.stage(app)
}

/** Requests over kept connections until it is stopped. */
function load(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const done = { answered: 0, failed: 0 }
  let stopped = false
  const loop = async (): Promise<void> => {
    while (!stopped) {
      const ok = await new Promise<boolean>((resolve) => {
        get({ port, host: '127.0.0.1', path: `/${done.answered}`, agent }, (response) => {
          response
            .resume()
            .once('end', () => resolve(response.statusCode === 200))
            .once('error', () => resolve(false))
        }).once('error', () => resolve(false))
      })
      done[ok ? 'answered' : 'failed']++
      if (!ok) await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const loops = Promise.all(Array.from({ length: CONNECTIONS }, loop))
  return {
    done,
    stop: async () => {
      stopped = true
      await loops
      agent.destroy()
    },
  }
}

/** Kills one of the sidecars at random from time to time, with -9. */
function killAtRandom(run: LocalRun, everyMs: number) {
  let killed = 0
  const timer = setInterval(() => {
    const alive = descendants(run.pid).filter(({ pid, state }) => state !== 'Z' && commandLine(pid) === SLEEP)
    const victim = alive[Math.floor(Math.random() * alive.length)]
    if (!victim) return
    killed++
    process.kill(victim.pid, 'SIGKILL')
  }, everyMs)
  return { killed: () => killed, stop: () => clearInterval(timer) }
}

async function underLoad(droplet: string, everyMs: number) {
  const port = await freePort()
  const args = ['--port', String(port), '--restart-delay', '10ms', '--max-restarts', '1000000']
  const run = place.run([droplet, ...args], {}, (line) => !line.includes('asked for'))
  await run.line('Container became healthy')
  const samples = new Samples(run.pid)
  const requests = load(port)
  const kills = killAtRandom(run, everyMs)
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000))
  kills.stop()
  await requests.stop()
  samples.stop()
  const containers = readdirSync(run.temporary).filter((name) =>
    name.startsWith('sidecar-buildpack-instance-'),
  )
  const status = await run.end()
  return {
    run,
    samples,
    ...requests.done,
    killed: kills.killed(),
    containers: containers.length,
    status,
    left: readdirSync(run.temporary).filter((name) => name.startsWith('sidecar')),
  }
}

/** What no run under load may do, whichever way its sidecars come back. */
function checkNothingLeaks(how: string, { samples, killed }: Awaited<ReturnType<typeof underLoad>>): void {
  const beside = `a fifth of ${SECONDS} s in, with ${killed} sidecars killed at random`
  const ratio = (what: Parameters<typeof samples.thenAndNow>[0]) => {
    const [then, now] = samples.thenAndNow(what)
    return now / then
  }
  const figure = { area: AREA, unit: '×', beside }
  const holds = [
    measured({
      ...figure,
      measure: `${how}: memory of run`,
      value: ratio('memory'),
      atMost: count(1.25, 1.1),
    }),
    measured({ ...figure, measure: `${how}: descriptors of run`, value: ratio('descriptors'), atMost: 1.1 }),
    measured({ ...figure, measure: `${how}: processes below run`, value: ratio('processes'), atMost: 1.1 }),
    measured({ ...figure, measure: `${how}: threads of run`, value: ratio('threads'), atMost: 1 }),
    measured({
      area: AREA,
      measure: `${how}: zombies`,
      value: samples.zombies,
      unit: 'processes',
      atMost: 0,
    }),
    measured({
      area: AREA,
      measure: `${how}: most memory of run`,
      value: samples.most('memory'),
      unit: 'MB',
      atMost: 150,
    }),
  ]
  expect(holds).toEqual(holds.map(() => true))
}

test('under load, with sidecars that crash and come back by themselves and with the instance, nothing leaks', async () => {
  const alone = await staged('alone', 20, ', restart: always')
  const together = await staged('together', 3, '')
  const [policy, codependent] = await Promise.all([underLoad(alone, 250), underLoad(together, 1200)])

  checkNothingLeaks('restart: always', policy)
  const [shellsThen, shellsNow] = policy.samples.thenAndNow('shellMemory')
  const [heldThen, heldNow] = policy.samples.thenAndNow('shellDescriptors')
  const restarts = policy.run.count('; restart ')
  const ofShells = [
    measured({
      area: AREA,
      measure: 'restart: always: memory of the shells that restart',
      value: shellsNow / shellsThen,
      unit: '×',
      atMost: 1.1,
      beside: 'a fifth of the time in',
    }),
    measured({
      area: AREA,
      measure: 'restart: always: descriptors of these shells',
      value: heldNow / heldThen,
      unit: '×',
      atMost: 1.05,
      beside: 'a fifth of the time in',
    }),
    measured({
      area: AREA,
      measure: 'restart: always: sidecars that came back',
      value: restarts,
      unit: 'restarts',
      atLeast: SECONDS / 2,
    }),
    measured({
      area: AREA,
      measure: `restart: always: requests lost, of ${policy.answered}`,
      value: policy.failed,
      unit: 'requests',
      atMost: 0,
    }),
  ]
  expect(ofShells).toEqual(ofShells.map(() => true))
  expect(policy.run.count('App instance exited')).toBe(0)

  checkNothingLeaks('codependent', codependent)
  const crashes = codependent.run.count('App instance exited')
  expect(
    measured({
      area: AREA,
      measure: `codependent: instances that came back, of ${codependent.killed} killed`,
      value: crashes,
      unit: 'instances',
      atLeast: SECONDS / 6,
    }),
  ).toBe(true)
  expect(codependent.answered).toBeGreaterThan(SECONDS * 10)
  for (const { containers, status, left } of [policy, codependent]) {
    expect({ containers, status, left }).toEqual({ containers: 1, status: 0, left: [] })
  }
})
