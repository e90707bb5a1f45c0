import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import { run } from '../../support/command-line.ts'
import { ROOT } from '../../support/files.ts'
import type { Staging } from '../../support/staging.ts'
import { type EverySource, everySource, STAGING_ENV } from './every-source.ts'
import { tree } from './tree.ts'

const AREA = 'faults'
const ROOMY = 'size=256m,nr_inodes=100000'
const mounts: string[] = []
let source: EverySource

beforeAll(async () => {
  source = await everySource()
})
afterAll(async () => {
  for (const each of mounts) spawnSync('umount', ['-l', each])
  await source.remove()
})

/** Droplet and cache on one disk, as in a staging container. */
const disk = ({ root }: Staging) => join(root, 'contents')
const cache = (staging: Staging) => join(disk(staging), 'cache')

function mountDisk(staging: Staging, options: string): void {
  spawnSync('umount', ['-l', disk(staging)], { stdio: 'ignore' })
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk(staging)])
  for (const each of [staging.profileDir, join(staging.deps, '0')]) mkdirSync(each, { recursive: true })
}

async function staged({ app, deps, profileDir, ...staging }: Staging) {
  const args = [app, cache(staging as Staging), deps, '0']
  const supplied = await run(join(ROOT, 'bin/supply'), args, { env: STAGING_ENV })
  if (supplied.status !== 0) return supplied
  return run(join(ROOT, 'bin/finalize'), [...args, profileDir], { env: STAGING_ENV })
}

const mayMount = spawnSync('unshare', ['-m', 'true']).status === 0
const reason = mayMount ? '' : ' (skipped: only root may mount a disk of limited size)'

test.skipIf(!mayMount)(
  `a disk that is full at any moment is told, and with room a second staging is right${reason}`,
  async () => {
    const staging = source.stage()
    mounts.push(disk(staging))
    mountDisk(staging, ROOMY)
    expect((await staged(staging)).status).toBe(0)
    const wanted = tree(disk(staging))
    const { blocks, bfree, bsize, files, ffree } = statfsSync(disk(staging))
    const [bytes, inodes] = [(blocks - bfree) * bsize, files - ffree]

    const times = count(8, 20)
    let unclear = 0
    let different = 0
    for (let full = 0; full < times; full++) {
      // Of every four disks one has bytes enough, but too few files.
      const part = 0.03 + (0.95 * (full + Math.random())) / times
      const size =
        full % 4 === 3
          ? `nr_inodes=${Math.floor(8 + part * (inodes - 9))}`
          : `size=${Math.floor(part * bytes)}`
      mountDisk(staging, size)
      const failed = await staged(staging)
      const said = failed.stdout + failed.stderr
      if (failed.status !== 1 || !/no space left on (the disk|device)/i.test(said) || /\n\s+at /.test(said)) {
        unclear++
        expect.soft({ size, ...failed }).toEqual('status 1 and a sentence that the disk is full')
      }
      execFileSync('mount', ['-o', `remount,${ROOMY}`, disk(staging)])
      const again = await staged(staging)
      if (again.status === 0 && tree(disk(staging)).join('\n') === wanted.join('\n')) continue
      different++
      expect.soft(tree(disk(staging)), again.stdout + again.stderr).toEqual(wanted)
    }
    spawnSync('umount', ['-l', disk(staging)])
    staging.remove()
    expect(
      measured({
        area: AREA,
        measure: `full disks that were not told clearly, of ${times}`,
        value: unclear,
        unit: 'stagings',
        atMost: 0,
      }),
    ).toBe(true)
    expect(
      measured({
        area: AREA,
        measure: 'stagings that differ once there was room',
        value: different,
        unit: 'stagings',
        atMost: 0,
      }),
    ).toBe(true)
  },
)
