/** Load on an app while its sidecars hang, leak and crash: each is mended, and no request of the app is lost. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import { CLI } from '../../support/command-line.ts'
import { temporaryFolder } from '../../support/files.ts'
import { freePort } from '../../support/free-port.ts'
import { installed } from '../../support/programs.ts'
import { RUN_OPTIONS } from '../../support/run-options.ts'

const SECONDS = count(60, 600)
const FAULTS = count(18, 300)
/** Sidecars of each kind: so many that one is well for a minute before its next fault, and begins with the shortest delay. */
const OF_EACH = count(6, 14)
const AT_A_TIME = count(4, 8)
/** A hang: two checks, ten seconds until it is killed, the delay of the restart. */
const MENDED_IN = 20_000

const work = temporaryFolder()

/** Grows by 40 MiB at each SIGUSR1. Its last argument tells it from the others. */
const LEAK = `$SIG{USR1} = sub { vec($x, length($x) + (40 << 20), 8) = 1 }; $x = ""; $| = 1; print "up\\n"; sleep 1000 while 1`

type Kind = 'hang' | 'leak' | 'crash'
interface Target {
  readonly kind: Kind
  readonly name: string
  /** In the command line of its process, and of no other. */
  readonly mark: string
  readonly entry: object
}

async function target(kind: Kind, at: number): Promise<Target> {
  const name = `${kind}-${at}`
  const restart = 'always'
  if (kind === 'crash') {
    const mark = `sleep\0${100_000 + at}`
    return {
      kind,
      name,
      mark,
      entry: { name, restart, memory: '8M', command: `echo up; exec sleep ${100_000 + at}` },
    }
  }
  if (kind === 'leak') {
    writeFileSync(join(work, 'app', 'leak.pl'), LEAK)
    const memory = { limit: '24M', guard: true }
    return {
      kind,
      name,
      mark: `leak.pl\0${name}\0`,
      entry: { name, restart, memory, command: `exec perl leak.pl ${name}` },
    }
  }
  const port = await freePort()
  const health = { command: `redis-cli -p ${port} ping`, interval: '1s', failures: 2, grace: '30s' }
  const command = `echo up; exec redis-server --port ${port} --save ''`
  // Redis shows its address in its title.
  return {
    kind,
    name,
    mark: `redis-server *:${port}`,
    entry: { name, restart, memory: '16M', health, command },
  }
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** Processes whose command line has these words. */
function find(words: string): readonly number[] {
  return readdirSync('/proc').flatMap((pid) =>
    /^\d+$/.test(pid) && commandLine(pid).includes(words) ? [Number(pid)] : [],
  )
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return 0
  }
}

/** Without the short-lived copies of it that check. */
function supervisors({ name }: Target): readonly number[] {
  const all = find(`/start/${name}\0`)
  return all.filter((pid) => existsSync(`/proc/${pid}`) && !all.includes(parentOf(pid)))
}

const processes = (targets: readonly Target[]) =>
  targets.map((each) => [each.name, find(each.mark).length, supervisors(each).length])
/** More than any sum if it has just ended: then another look counts. */
function descriptorsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
/** The least of many looks: while a check starts there are a few more. */
async function descriptors(targets: readonly Target[]): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let at = 0; at < 20; at++, await sleep(20)) {
    const open = targets.flatMap(supervisors).map(descriptorsOf)
    least = Math.min(
      least,
      open.reduce((sum, each) => sum + each, 0),
    )
  }
  return least
}

const kinds: readonly Kind[] = ['hang', 'leak', 'crash']
const SIGNALS = { hang: 'SIGSTOP', leak: 'SIGUSR1', crash: 'SIGKILL' } as const

test.runIf(installed('redis-server'))(
  `${FAULTS} faults in ${SECONDS} s of load are mended, and the app loses no request`,
  async () => {
    const app = join(work, 'app')
    mkdirSync(app, { recursive: true })
    const targets: Target[] = []
    for (let at = 0; at < OF_EACH; at++) for (const kind of kinds) targets.push(await target(kind, at))
    const web = `require('node:http').createServer((q, a) => a.end('ok')).listen(process.env.PORT)`
    writeFileSync(join(app, 'web.cjs'), web)
    writeFileSync(
      join(app, 'sidecars.yml'),
      JSON.stringify({
        processes: { web: `exec '${process.execPath}' web.cjs` },
        sidecars: targets.map(({ entry }) => entry),
      }),
    )
    const port = await freePort()
    const options = [
      '--env-from-shell',
      'PATH',
      '--log',
      'cf',
      '--port',
      String(port),
      '--memory',
      '2G',
      ...RUN_OPTIONS,
    ]
    const child = spawn(process.execPath, [CLI, 'run', app, ...options, '--max-restarts', '0'], {
      env: { PATH: process.env.PATH, TMPDIR: work },
      cwd: work,
    })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
    const ended = new Promise((resolve) => child.once('close', resolve))
    const ups = ({ name }: Target) => text.split(`SIDECAR/${name.toUpperCase()}/0] OUT up\n`).length - 1
    const until = async (condition: () => boolean, limit: number) => {
      for (const began = Date.now(); !condition(); await sleep(50))
        if (Date.now() - began > limit || child.exitCode !== null) return false
      return true
    }

    try {
      const started = () => targets.every((each) => ups(each) === 1 && find(each.mark).length === 1)
      expect(await until(() => text.includes('Container became healthy') && started(), 60_000), text).toBe(
        true,
      )
      await sleep(3000)
      const before = {
        processes: processes(targets),
        open: await descriptors(targets),
      }

      const end = Date.now() + SECONDS * 1000
      const load = { sent: 0, lost: 0 }
      let left = FAULTS
      const oneAfterTheOther = async () => {
        for (; Date.now() < end || left > 0; load.sent++, await sleep(20))
          load.lost += await fetch(`http://127.0.0.1:${port}/`).then(
            async (answer) => ((await answer.text()) === 'ok' ? 0 : 1),
            () => 1,
          )
      }
      const mended: Record<Kind, number[]> = { hang: [], leak: [], crash: [] }
      const late: string[] = []
      const well = [...targets].sort(() => Math.random() - 0.5)
      const breakOne = async () => {
        while (left-- > 0) {
          const each = well.shift()
          const [pid] = each ? find(each.mark) : []
          if (!each || !pid) {
            left++
            await sleep(100)
            continue
          }
          const count = ups(each)
          const began = Date.now()
          process.kill(pid, SIGNALS[each.kind])
          const isMended = await until(
            () => ups(each) > count && find(each.mark).some((one) => one !== pid),
            MENDED_IN,
          )
          if (isMended) mended[each.kind].push(Date.now() - began)
          else late.push(`${each.name} after ${Date.now() - began} ms`)
          well.push(each)
          await sleep(
            Math.random() * 2 * Math.max(0, (AT_A_TIME * SECONDS * 1000) / FAULTS - (Date.now() - began)),
          )
        }
      }
      const breaking = Array.from({ length: AT_A_TIME }, breakOne)
      await Promise.all([...Array.from({ length: 4 }, oneAfterTheOther), ...breaking])
      await sleep(2000)
      const after = {
        processes: processes(targets),
        open: await descriptors(targets),
      }

      const all = Object.values(mended).flat()
      const figures = [
        {
          measure: 'faults that were not mended',
          value: late.length,
          unit: 'faults',
          atMost: 0,
          beside: `${all.length + late.length}`,
        },
        {
          measure: 'requests of the app that were lost',
          value: load.lost,
          unit: 'requests',
          atMost: 0,
          beside: `${load.sent}`,
        },
        ...kinds.map((kind) => ({
          measure: `longest until a ${kind} was mended`,
          value: Math.max(...mended[kind]) / 1000,
          unit: 's',
          atMost: MENDED_IN / 1000,
          beside: `${mended[kind].length}`,
        })),
        {
          measure: 'open more at the end',
          value: Math.max(0, after.open - before.open),
          unit: 'descriptors',
          atMost: 0,
        },
      ]
      const area = 'processes'
      for (const { measure, ...each } of figures)
        expect
          .soft(
            measured({ area, measure: `faults under load: ${measure}`, ...each }),
            `${measure}\n${late.join('\n')}`,
          )
          .toBe(true)
      expect(after.processes).toEqual(before.processes)
      expect(all.length).toBe(FAULTS)
      expect(text).not.toContain('Process has crashed')
    } finally {
      child.kill('SIGTERM')
      await ended
    }
  },
)
