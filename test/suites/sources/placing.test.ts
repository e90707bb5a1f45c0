/** Disks that are full or read-only, stagings that are killed, and two at once. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listing } from '../../sources/app.ts'
import { tarFile } from '../../sources/archives/archive-files.ts'
import { serve, sha256 } from '../../sources/server.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'placing-suite-'))
const driver = join(folder, 'driver.cjs')
const app = join(folder, 'app')
const disk = join(folder, 'disk')
const canMount = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0

beforeAll(async () => {
  await build({
    absWorkingDir: root,
    entryPoints: ['bench/sources-driver.ts'],
    outfile: driver,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
  })
  for (const each of [app, disk]) mkdirSync(each)
  writeFileSync(
    join(app, 'big'),
    Buffer.concat([Buffer.from('#!/bin/sh\n'), Buffer.alloc(24 * 1024 ** 2, 'x')]),
  )
  if (!canMount) console.warn('skipped full and read-only disks: mounting needs root')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const source = (said: object) => JSON.stringify({ kind: 'path', ...said })

/** In a mount namespace of its own with a small disk, mounted with some options. */
function onDisk(options: string): string {
  const script = `mount -t tmpfs -o ${options} tmpfs "$1" && shift && exec "$@"`
  const args = [
    '-m',
    'sh',
    '-c',
    script,
    'sh',
    disk,
    process.execPath,
    driver,
    app,
    join(folder, 'cache'),
    join(disk, 'into'),
    source({ path: 'big' }),
  ]
  const { status, stderr } = spawnSync('unshare', args, { encoding: 'utf8' })
  expect(status).toBe(1)
  return stderr
}

it.skipIf(!canMount)('tells that the disk is full', () => {
  expect(onDisk('size=8m')).toBe(
    'cannot copy "big" (24.0 MB) into the droplet: there is no space left on the disk (raise the disk quota, or make the sidecar smaller)\n',
  )
})

it.skipIf(!canMount)('tells that the disk is read-only', () => {
  expect(onDisk('size=8m,ro')).toBe('cannot write the droplet: the droplet is on a read-only file system\n')
})

it('ends the same when it was killed before', async () => {
  const into = join(folder, 'killed')
  const args = [driver, app, join(folder, 'cache'), into, source({ path: 'big' })]
  for (const delay of [40, 50, 60, 70, 80]) {
    const child = spawn(process.execPath, args)
    await new Promise((resolve) => setTimeout(resolve, delay))
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('close', resolve))
  }
  execFileSync(process.execPath, args)
  expect(listing(into).map((each) => each.slice(0, 40))).toEqual([
    '0/ 755',
    `0/big 755 ${24 * 1024 ** 2 + 10} bytes`,
  ])
})

it('two stagings with one cache are both right', async () => {
  const content = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * i) % 256))
  const archive = gzipSync(
    tarFile([
      { name: 'a', content },
      { name: 'run', content: '#!/bin/sh\n', mode: 0o755 },
    ]),
  )
  const server = await serve((_, response) => {
    response.write(archive.subarray(0, 1000))
    setTimeout(() => response.end(archive.subarray(1000)), 100)
  })
  const asked = source({ kind: 'uri', uri: `${server.url}/a.tgz`, sha256: sha256(archive) })
  const cache = join(folder, 'shared')
  const staging = (number: number) =>
    new Promise<number | null>((resolve) => {
      spawn(process.execPath, [driver, app, cache, join(folder, `two${number}`), asked], {
        stdio: 'inherit',
      }).once('close', resolve)
    })
  expect(await Promise.all([staging(0), staging(1), staging(2)])).toEqual([0, 0, 0])
  const [first, ...others] = [0, 1, 2].map((number) => listing(join(folder, `two${number}`)).join('\n'))
  expect(first).toContain('0/run 755')
  expect(others).toEqual([first, first])
  expect(listing(cache).filter((each) => each.includes('.part-'))).toEqual([])
  await server.close()
})
