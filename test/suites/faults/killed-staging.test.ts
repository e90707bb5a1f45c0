import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import { allProcesses, hasVariable, isAlive } from '../../../src/system/proc.ts'
import { ROOT } from '../../support/files.ts'
import type { Staging } from '../../support/staging.ts'
import {
  type EverySource,
  emptied,
  everySource,
  STAGING_ENV,
  supplyAndFinalize,
  supplyArgs,
} from './every-source.ts'
import { tree } from './tree.ts'

let source: EverySource
beforeAll(async () => {
  source = await everySource()
})
afterAll(() => source.remove())

const AREA = 'faults'
const kept = (staging: Staging) => join(staging.root, 'cache')
const droplet = (staging: Staging) => join(staging.root, 'contents')

test('a staging that is killed at any moment and run again gives what an undisturbed one gives', async () => {
  const staging = source.stage()
  const started = performance.now()
  expect((await supplyAndFinalize(staging)).status).toBe(0)
  const duration = performance.now() - started
  const [wanted, wantedCache] = [tree(droplet(staging)), tree(kept(staging))]
  expect(wanted.length).toBeGreaterThan(240)

  const times = count(12, 100)
  const left: number[] = []
  let different = 0
  let survivors = 0
  for (let kill = 0; kill < times; kill++) {
    emptied(staging)
    // One random moment in each part of the whole time, so that each part has its turn.
    await killAfter(((kill + Math.random()) / times) * duration * 1.05, staging)
    survivors += (await outlived(staging)) ? 1 : 0
    left.push(tree(droplet(staging)).length)
    const again = await supplyAndFinalize(staging)
    if (again.status !== 0 || tree(droplet(staging)).join('\n') !== wanted.join('\n')) {
      different++
      expect.soft(tree(droplet(staging)), again.stdout + again.stderr).toEqual(wanted)
    }
    if (halfDownloads(staging).length > 0) {
      for (const part of halfDownloads(staging)) utimesSync(part, 0, 0)
      expect((await supplyAndFinalize(staging)).status).toBe(0)
    }
    expect.soft(tree(kept(staging))).toEqual(wantedCache)
  }
  staging.remove()
  const midway = left.filter((entries) => entries > 5 && entries < wanted.length).length
  expect(
    measured({
      area: AREA,
      measure: `stagings that differ, of ${times} killed and run again`,
      value: different,
      unit: 'stagings',
      atMost: 0,
    }),
  ).toBe(true)
  expect(
    measured({
      area: AREA,
      measure: 'of these, killed with a part of the droplet written',
      value: midway,
      unit: 'stagings',
      atLeast: Math.floor(times / 6),
    }),
  ).toBe(true)
  expect(
    measured({
      area: AREA,
      measure: 'setup scripts that outlived their killed staging by a second',
      value: survivors,
      unit: 'scripts',
      atMost: 0,
    }),
  ).toBe(true)
})

/** As a container ends: everything of the process group at once. */
async function killAfter(milliseconds: number, staging: Staging): Promise<void> {
  const script = `bin=$1; shift; "$bin/supply" "\${@:1:4}" && exec "$bin/finalize" "$@"`
  const args = ['-c', script, 'staging', join(ROOT, 'bin'), ...supplyArgs(staging), staging.profileDir]
  const env = { ...STAGING_ENV, STAGING_ROOT: staging.root }
  const child: ChildProcess = spawn('bash', args, { env, stdio: 'ignore', detached: true })
  const ended = once(child, 'close')
  await new Promise((resolve) => setTimeout(resolve, milliseconds))
  if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  await ended
}

/** A setup script is in a group of its own: whether one is still there after a second. */
async function outlived({ root }: Staging): Promise<boolean> {
  const there = () => allProcesses().some(({ pid }) => isAlive(pid) && hasVariable(pid, 'STAGING_ROOT', root))
  for (let looks = 0; looks < 100 && there(); looks++) await new Promise((resolve) => setTimeout(resolve, 10))
  return there()
}

const halfDownloads = (staging: Staging) =>
  readdirSync(kept(staging), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.includes('.part-'))
    .map((path) => join(kept(staging), path))
