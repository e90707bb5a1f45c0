import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { measured } from '../../../bench/measures.mjs'
import { allProcesses, commandLine, isAlive } from '../../../src/system/proc.ts'
import { ROOT } from '../../support/files.ts'
import { Workplace } from '../../support/local-run.ts'
import { residentMegabytes } from '../../support/processes.ts'
import { tree } from './tree.ts'

const AREA = 'faults'
const place = new Workplace()
afterAll(() => place.end())

/** Nobody else's: others may run this at the same time. */
const SLEEP = `sleep 4242.${process.pid}`
const sleeping = () => allProcesses().filter(({ pid }) => isAlive(pid) && commandLine(pid) === SLEEP)
const script = (name: string) => `#!/bin/sh\necho "up ${name}"\nexec ${SLEEP}\n`

/** A process says that it is up just before it becomes its program. */
const allSleep = (count: number) => expect.poll(sleeping, { timeout: 5000 }).toHaveLength(count)

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text, { mode })
}

/** The manifest of an app that is not asked on a port. */
function processCheck(): string {
  write(
    join(place.folder, 'manifest.yml'),
    'applications: [{name: app, health-check-type: process, memory: 4G}]\n',
  )
  return join(place.folder, 'manifest.yml')
}

const names = (count: number) =>
  Array.from({ length: count }, (_, at) => `s-${String(at + 1).padStart(3, '0')}`)

/** Half of them with bits of their own, half of them bare commands. */
async function stagedWith(count: number): Promise<string> {
  const app = join(place.folder, `app-${count}`)
  const entries = names(count).map((name, at) => {
    if (at % 2) return `  - {name: ${name}, memory: 4M, command: 'echo "up ${name}"; exec ${SLEEP}'}\n`
    write(join(app, 'bin', name), script(name), 0o755)
    return `  - {name: ${name}, memory: 4M, source: {path: bin/${name}}, env: {LEVEL: debug}}\n`
  })
  write(
    join(app, 'sidecars.yml'),
    `sidecars:\n${entries.join('')}processes: {web: 'echo "up web"; exec ${SLEEP}'}\n`,
  )
  return place.stage(app)
}

test('two hundred sidecars start, one that is killed is named, and all start again', async () => {
  const few = place.run([await stagedWith(2), '-f', processCheck()])
  await few.line('up s-002')
  const memoryOfFew = residentMegabytes(few.pid)
  await few.end()

  const droplet = await stagedWith(200)
  const began = performance.now()
  const run = place.run([droplet, '-f', processCheck(), '--restart-delay', '10ms'])
  const allUp = async (times: number) => {
    for (const name of names(200)) await run.line(`OUT up ${name}`, times, 120_000)
  }
  await allUp(1)
  const took = performance.now() - began
  await allSleep(201)
  const memory = residentMegabytes(run.pid)

  const victim = allProcesses().find(({ pid }) => environmentOf(pid).includes('/sidecars/s-117\0'))
  if (!victim) throw new Error('s-117 is not among the processes')
  process.kill(victim.pid, 'SIGKILL')
  await run.line('"exit_description"=>"APP/PROC/WEB/SIDECAR/S-117: Exited with status 137", "crash_count"=>1')
  await allUp(2)
  await allSleep(201)
  expect(await run.end()).toBe(0)
  expect(sleeping()).toEqual([])

  // The same processes, with the two shells that the platform's launcher takes for each.
  const bare = performance.now()
  const each = `bash -c "exec bash -c 'echo up; exec true'" &`
  spawnSync('bash', ['-c', `${Array(200).fill(each).join('\n')}\nwait`])
  const beside = performance.now() - bare
  const holds = [
    measured({
      area: AREA,
      measure: 'run with 200 sidecars, until all are up',
      value: took / beside,
      unit: '×',
      // Ours includes unpacking the droplet and Node.js's own start; linear growth is what this guards.
      atMost: 10,
      beside: 'a shell that starts 200 of the same',
    }),
    measured({
      area: AREA,
      measure: "run's own memory for each sidecar",
      value: ((memory - memoryOfFew) * 1024) / 198,
      unit: 'KiB',
      atMost: 250,
    }),
    measured({
      area: AREA,
      measure: "run's own memory with 200 sidecars",
      value: memory,
      unit: 'MB',
      atMost: 120,
    }),
  ]
  expect(holds).toEqual([true, true, true])
})

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
  } catch {
    return ''
  }
}

test('twelve buildpacks, each with a sidecar, stage into one droplet that starts them all', async () => {
  const buildpacks = names(12).map((name) => {
    const folder = join(place.folder, `buildpack-${name}`)
    for (const part of ['bin', 'dist', 'buildpack.toml'])
      cpSync(join(ROOT, part), join(folder, part), { recursive: true })
    write(
      join(folder, 'config/sidecars.yml'),
      `sidecars:\n  - {name: ${name}, memory: 4M, source: {path: bits/${name}}}\n`,
    )
    write(join(folder, 'bits', name), script(name), 0o755)
    return ['-b', `${name}=${folder}`]
  })
  const app = join(place.folder, 'app-of-twelve')
  write(
    join(app, 'sidecars.yml'),
    `sidecars:\n  - {name: own, memory: 4M, command: 'echo "up own"; exec ${SLEEP}'}\n  - {name: s-007, env: {LEVEL: debug}}\n`,
  )
  write(join(app, 'Procfile'), `web: echo "up web"; exec ${SLEEP}\n`)
  const stage = () => place.stage(app, ...buildpacks.flat())
  const droplet = await stage()
  const unpacked = (archive: string) => {
    const folder = `${archive}-unpacked`
    mkdirSync(folder, { recursive: true })
    execFileSync('tar', ['-xzf', archive, '-C', folder])
    return tree(folder)
  }
  expect(unpacked(await stage())).toEqual(unpacked(droplet))

  const run = place.run([droplet, '-f', processCheck()])
  for (const name of [...names(12), 'own', 'web']) await run.line(`OUT up ${name}`)
  await allSleep(14)
  expect(await run.end()).toBe(0)
  expect(sleeping()).toEqual([])
})
