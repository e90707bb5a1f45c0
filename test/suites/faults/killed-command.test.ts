import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import { ROOT } from '../../support/files.ts'
import { Workplace } from '../../support/local-run.ts'
import type { Staging } from '../../support/staging.ts'
import { type EverySource, everySource } from './every-source.ts'
import { tree } from './tree.ts'

const place = new Workplace()
let source: EverySource
let app: Staging
beforeAll(async () => {
  source = await everySource()
  app = source.stage()
})
afterAll(async () => {
  app.remove()
  await source.remove()
  await place.end()
})

/** The command itself, in a process group of its own that is killed after so long. @returns its status */
async function stage(output: string, killAfter = 60_000): Promise<number | null> {
  const args = [
    join(ROOT, 'bin/sidecar-buildpack'),
    'stage',
    app.app,
    '-o',
    output,
    '--cache',
    join(output, '../cache'),
    // One source is a file of this machine, which a container does not show.
    '--no-container',
  ]
  const env = { PATH: process.env.PATH, TMPDIR: place.folder }
  const child = spawn(process.execPath, args, { env, stdio: 'ignore', detached: true })
  const ended = once(child, 'close')
  const timer = setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), killAfter)
  const [status] = await ended
  clearTimeout(timer)
  return status
}

/** What is in the droplet; undefined when tar does not take it for whole. */
function unpacked(output: string): readonly string[] | undefined {
  const folder = mkdtempSync(join(place.folder, 'unpacked-'))
  const { status } = spawnSync('tar', ['-xzf', join(output, 'droplet.tgz'), '-C', folder], {
    stdio: 'ignore',
  })
  const found = status === 0 ? tree(folder) : undefined
  rmSync(folder, { recursive: true, force: true })
  return found
}

test('sidecar-buildpack stage, killed at any moment, leaves no droplet that only looks whole, and is right when repeated', async () => {
  const fresh = () => {
    const output = join(mkdtempSync(join(place.folder, 'out-')), 'output')
    mkdirSync(output)
    return output
  }
  const undisturbed = fresh()
  const began = performance.now()
  expect(await stage(undisturbed)).toBe(0)
  const duration = performance.now() - began
  const wanted = unpacked(undisturbed)
  const result = readFileSync(join(undisturbed, 'result.json'), 'utf8')
  expect(wanted?.length).toBeGreaterThan(240)

  const times = count(4, 30)
  let wrong = 0
  for (let kill = 0; kill < times; kill++) {
    const output = fresh()
    await stage(output, ((kill + Math.random()) / times) * duration)
    const left = existsSync(join(output, 'droplet.tgz')) ? unpacked(output) : undefined
    const isHalf = left !== undefined && left.join('\n') !== wanted?.join('\n')
    expect.soft(left === undefined || !isHalf, 'a part of the droplet that looks whole').toBe(true)
    const status = await stage(output)
    expect
      .soft({ status, droplet: unpacked(output), result: readFileSync(join(output, 'result.json'), 'utf8') })
      .toEqual({ status: 0, droplet: wanted, result })
    if (isHalf || status !== 0 || unpacked(output)?.join('\n') !== wanted?.join('\n')) wrong++
  }
  expect(
    measured({
      area: 'faults',
      measure: `droplets that are not right, of ${times} stagings killed and repeated`,
      value: wrong,
      unit: 'droplets',
      atMost: 0,
    }),
  ).toBe(true)
})
