/** Disks that are full or read-only, stagings that are killed, and two at once. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import { tarFile } from '../../support/archives/archive-files.ts'
import { removedAfterTest } from '../../support/cleanup.ts'
import { serve, sha256 } from '../../support/http-server.ts'
import { AppWithSource, ended, SUPPLY } from './supply.ts'

const canMount = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0
if (!canMount) console.warn('skipped full and read-only disks: mounting needs root')
const BIG = 24 * 1024 ** 2

function appWith(source: string): AppWithSource {
  const app = removedAfterTest(new AppWithSource(source))
  return app
}

function appWithBigFile(): AppWithSource {
  const app = appWith('{path: big}')
  writeFileSync(join(app.app, 'big'), Buffer.concat([Buffer.from('#!/bin/sh\n'), Buffer.alloc(BIG, 'x')]))
  return app
}

/** In a mount namespace of its own, where the deps dir is a small disk, mounted with some options. */
async function suppliedOn(app: AppWithSource, options: string) {
  const script =
    'mount -t tmpfs -o size=8m tmpfs "$1" && mkdir "$1/0" && mount -o remount,$0 "$1" && shift && exec "$@"'
  mkdirSync(app.deps)
  const args = ['-m', 'sh', '-c', script, options, app.deps, SUPPLY, app.app, app.cache, app.deps, '0']
  const PATH = `${dirname(process.execPath)}:/usr/bin:/bin`
  const { status, said } = await ended(spawn('unshare', args, { env: { PATH, CF_STACK: 'cflinuxfs4' } }))
  expect(status).not.toBe(0)
  return said
}

it.skipIf(!canMount)('reports a full disk', async () => {
  expect(await suppliedOn(appWithBigFile(), 'size=8m')).toContain(
    'cannot copy "big" (24.0 MiB) into the droplet: no space left on the disk (raise the disk quota, or make the sidecar smaller)\n',
  )
})

it.skipIf(!canMount)('reports a full disk while unpacking an archive', async () => {
  const archive = gzipSync(tarFile([{ name: 'big', content: Buffer.alloc(BIG), mode: 0o755 }]))
  const app = appWithBigFile()
  writeFileSync(join(app.root, 'a.tgz'), archive)
  const uri = `file://${join(app.root, 'a.tgz')}`
  writeFileSync(
    join(app.app, 'sidecars.yml'),
    `sidecars: [{name: one, source: {uri: "${uri}", sha256: ${sha256(archive)}}}]\n`,
  )
  expect(await suppliedOn(app, 'size=8m')).toContain(
    `cannot unpack ${uri}: no space left on the disk (raise the disk quota, or make the sidecar smaller)\n`,
  )
})

it.skipIf(!canMount)('reports a read-only disk', async () => {
  expect(await suppliedOn(appWithBigFile(), 'ro')).toMatch(/read-only file system/)
})

it.skipIf(!canMount)(
  'keeps nothing in a cache that is read-only, says so, and stages all the same',
  async () => {
    const server = await serve((_, response) => void response.end('#!/bin/sh\n'))
    const app = appWith(`{uri: "${server.url}/a", sha256: ${sha256('#!/bin/sh\n')}}`)
    const script = 'mount -t tmpfs -o ro tmpfs "$0" && exec "$@"'
    mkdirSync(join(app.deps, '0'), { recursive: true })
    const args = ['-m', 'sh', '-c', script, app.cache, SUPPLY, app.app, app.cache, app.deps, '0']
    const PATH = `${dirname(process.execPath)}:/usr/bin:/bin`
    const { status, said } = await ended(spawn('unshare', args, { env: { PATH, CF_STACK: 'cflinuxfs4' } }))
    await server.close()
    expect(said).toContain('Cannot write the cache: it is on a read-only file system\n')
    expect(status).toBe(0)
  },
)

it.skipIf(!canMount).each([
  ['a damaged entry', 'mkdir -p "$0/dependencies/$1"; echo bad > "$0/dependencies/$1/a"'],
  ['a link to another directory', 'mkdir -p "$0"; ln -s / "$0/dependencies"'],
])('downloads a file again if a read-only cache has %s', async (_title, prepare) => {
  const server = await serve((_, response) => void response.end('#!/bin/sh\n'))
  const uri = `${server.url}/a`
  const app = appWith(`{uri: "${uri}", sha256: ${sha256('#!/bin/sh\n')}}`)
  const script = `set -e; ${prepare}; shift; mount --bind "$0" "$0"; mount -o remount,ro,bind "$0"; exec "$@"`
  mkdirSync(join(app.deps, '0'), { recursive: true })
  const command = [SUPPLY, app.app, app.cache, app.deps, '0']
  const PATH = `${dirname(process.execPath)}:/usr/bin:/bin`
  const args = ['-m', 'sh', '-c', script, app.cache, sha256(uri), ...command]
  const { status, said } = await ended(spawn('unshare', args, { env: { PATH, CF_STACK: 'cflinuxfs4' } }))
  await server.close()
  expect({ status, said }).toEqual({ status: 0, said: expect.stringContaining(`Downloading ${uri}\n`) })
})

it('ends the same when it was killed before', async () => {
  const app = appWithBigFile()
  const untouched = await app.supply({}, join(app.root, 'untouched', 'deps'))
  expect(untouched.status).toBe(0)
  for (const delay of [60, 90, 120, 150, 180]) {
    const child = app.start()
    const end = ended(child)
    await new Promise((resolve) => setTimeout(resolve, delay))
    child.kill('SIGKILL')
    await end
  }
  expect((await app.supply()).status).toBe(0)
  expect(app.droplet()).toEqual(app.droplet(join(app.root, 'untouched', 'deps')))
  expect(app.droplet()).toContain(`0/sidecars/one/big 755 ${BIG + 10} bytes`)
})

it('stagings at once with one cache are all right, with a sound cache at the end', async () => {
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
  const rounds = count(3, 20)
  let wrong = 0
  for (let round = 0; round < rounds; round++) {
    const app = appWith(`{uri: "${server.url}/a.tgz", sha256: ${sha256(archive)}, executable: run}`)
    const folders = [0, 1, 2].map((number) => join(app.root, `${number}`, 'deps'))
    const outcomes = await Promise.all(folders.map((each) => app.supply({}, each)))
    expect(outcomes.map(({ status }) => status)).toEqual([0, 0, 0])
    const right = ['0/sidecars/one/a 644 200000 bytes', '0/sidecars/one/run 755 #!/bin/sh']
    for (const each of folders) {
      const found = app.droplet(each).filter((line) => /sidecars\/one\/\w/.test(line))
      if (found.join() !== right.join()) wrong++
    }
    expect(app.cached()).toEqual([expect.stringMatching(/a\.tgz 644 \d+ bytes$/)])
  }
  await server.close()
  const measure = `wrong installs of ${3 * rounds} stagings, three at once with one cache`
  expect(measured({ area: 'sources', measure, value: wrong, unit: 'installs', atMost: 0 })).toBe(true)
})
