import { spawn } from 'node:child_process'
import { createHash, randomFillSync } from 'node:crypto'
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import { storedEntry, writeArchive } from '../../support/bundle/archive-generator.ts'
import { readArchive } from '../../support/bundle/strict-reader.ts'
import { CLI, runCli } from '../../support/command-line.ts'
import { temporaryFolder } from '../../support/files.ts'

const KILLS = count(20, 100)
const STOPS = count(6, 12)
const MB = 1024 * 1024
const folder = temporaryFolder()
const original = join(folder, 'original.jar')
const jar = join(folder, 'app.jar')
const sideFile = `${jar}.bundling`
/** About as long, in milliseconds, as it takes to append. */
const WRITING = 60
const argv = ['bundle', jar, '--sidecar', 'server', '--config', 'sidecars.yml', '--json']

const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
const run = (...more: readonly string[]) => runCli(more, { cwd: folder })

beforeAll(() => {
  const data = randomFillSync(Buffer.alloc(4 * MB))
  const entries = Array.from({ length: 10 }, (_, index) => storedEntry(`BOOT-INF/lib/${index}.jar`, data))
  const spec = {
    prefix: Buffer.alloc(0),
    countsPrefix: true,
    entries,
    comment: Buffer.alloc(0),
    zip64: 'no' as const,
  }
  writeFileSync(original, writeArchive(spec))
  const server = Buffer.concat([Buffer.from('#!/bin/sh\n'), randomFillSync(Buffer.alloc(3 * MB))])
  writeFileSync(join(folder, 'server'), server, { mode: 0o755 })
  writeFileSync(
    join(folder, 'sidecars.yml'),
    'sidecars:\n  - {name: server, memory: 64M, command: ./server}\n',
  )
})

/** Runs to the end once, for the new jar's digest and the time that it takes, milliseconds. */
function whole(...options: readonly string[]): { digest: string; time: number } {
  copyFileSync(original, jar)
  const start = performance.now()
  const { status, stderr } = run(...argv, ...options)
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return { time: performance.now() - start, digest: digest(jar) }
}

/**
 * Kills a run after so many milliseconds, or, with `atWork`, so many after it began to write.
 * @returns whether it was still running
 */
async function killed(
  after: number,
  signal: NodeJS.Signals,
  options: readonly string[],
  atWork = false,
): Promise<boolean> {
  const child = spawn(process.execPath, [CLI, ...argv, ...options], { cwd: folder, stdio: 'ignore' })
  const ended = new Promise<boolean>((resolve) => child.on('exit', (_, by) => resolve(by !== null)))
  while (atWork && child.exitCode === null && !existsSync(sideFile)) await delay(1)
  const timer = setTimeout(() => child.kill(signal), after)
  return ended.finally(() => clearTimeout(timer))
}

function recordBroken(way: string, value: number): void {
  const measure = `jars broken by ${KILLS} kills, ${way}`
  expect(measured({ area: 'bundle', measure, value, unit: 'jars', atMost: 0 })).toBe(true)
}

test(`killed at ${KILLS} moments, a copying run leaves the old jar or the new one`, async () => {
  const next = whole()
  const old = digest(original)
  const found: string[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    copyFileSync(original, jar)
    // The last one when it has ended at any rate, however busy the machine has become meanwhile.
    const after = kill < KILLS - 1 ? (next.time * 1.5 * (kill + Math.random())) / KILLS : 60_000
    await killed(after, 'SIGKILL', [])
    found.push(digest(jar))
  }
  expect(new Set(found)).toEqual(new Set([old, next.digest]))
  recordBroken('copying', found.filter((each) => each !== old && each !== next.digest).length)
  expect(run(...argv, '--replace').status).toBe(0)
  expect(readdirSync(folder).filter((name) => name.endsWith('.bundle'))).toEqual([])
})

test(`killed at ${KILLS} moments in place, --undo or the next run makes it the old jar or the new one`, async () => {
  const next = whole('--in-place')
  const old = digest(original)
  let restored = 0
  let broken = 0
  for (let kill = 0; kill < KILLS; kill++) {
    copyFileSync(original, jar)
    // Half of them at any moment, half while something is being appended.
    const moment = (kill + Math.random()) / KILLS
    if (kill % 4 < 2) await killed(next.time * 1.1 * moment, 'SIGKILL', ['--in-place'])
    else await killed(WRITING * moment, 'SIGKILL', ['--in-place'], true)
    const isInterrupted = existsSync(sideFile)
    const isUndone = kill % 2 === 0
    if (isInterrupted) {
      restored++
      expect(run(...(isUndone ? ['bundle', jar, '--undo'] : [...argv, '--in-place'])).status).toBe(0)
    }
    const wanted = isInterrupted ? [isUndone ? old : next.digest] : [old, next.digest]
    if (!wanted.includes(digest(jar))) broken++
    expect(existsSync(sideFile)).toBe(false)
    readArchive(readFileSync(jar))
  }
  expect(restored).toBeGreaterThan(KILLS / 20)
  recordBroken('in place, after --undo or the next run', broken)
})

test.each([[[]], [['--in-place']]])(
  'ended by Ctrl-C or SIGTERM it leaves nothing behind (%s)',
  async (options) => {
    const next = whole(...options)
    for (let kill = 0; kill < STOPS; kill++) {
      copyFileSync(original, jar)
      await killed(
        (next.time * (kill + STOPS / 3)) / ((STOPS * 4) / 3),
        kill % 2 === 0 ? 'SIGINT' : 'SIGTERM',
        options,
      )
      expect([digest(original), next.digest]).toContain(digest(jar))
      expect(readdirSync(folder).sort()).toEqual(['app.jar', 'original.jar', 'server', 'sidecars.yml'])
    }
  },
)
