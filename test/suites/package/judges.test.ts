/** Programs other than ours read every zip that we write, and see the same entries with the right modes. */
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { codeCaches } from '../../../src/packaging/package/code-caches.ts'
import { PINNED_NODE } from '../../../src/packaging/package/node-runtime.ts'
import { extractRuntime } from '../../../src/packaging/package/runtime-from-zip.ts'
import { goBuild, run, sidecarBuildpack } from '../../support/command-line.ts'
import { ROOT, temporaryFolder } from '../../support/files.ts'
import { lacks } from '../../support/programs.ts'

let temp: string
let project: string
let vendor: string
/** What the vendor's zip must hold beside ours: name → mode and content. */
const CONTENT: readonly [string, number, Buffer][] = [
  ['agent', 0o755, Buffer.from('#!/bin/sh\necho agent\n')],
  ['data/empty', 0o644, Buffer.alloc(0)],
  ['data/noise.bin', 0o644, createHash('shake256', { outputLength: 6_000_000 }).update('noise').digest()],
  ['data/text äöü €.txt', 0o644, Buffer.from('text '.repeat(1_200_000))],
  [`data/${'long/'.repeat(40)}name`, 0o644, Buffer.from('deep')],
]

beforeAll(async () => {
  temp = temporaryFolder()
  const dir = join(temp, 'vendor')
  for (const [name, mode, content] of CONTENT) {
    mkdirSync(join(dir, name, '..'), { recursive: true })
    writeFileSync(join(dir, name), content, { mode })
  }
  writeFileSync(join(dir, 'sidecars.yml'), 'sidecars:\n  - {name: agent, source: {path: agent}}\n')
  project = join(temp, 'project.zip')
  vendor = join(temp, 'vendor.zip')
  for (const args of [
    ['-o', project],
    ['-o', vendor, '--sidecars', dir],
  ]) {
    const { status, stderr } = await sidecarBuildpack(['package', ...args])
    if (status !== 0) throw new Error(stderr)
  }
})

it('the project’s package is at most 48 MiB', () => {
  expect(statSync(project).size / 1024 ** 2).toBeLessThanOrEqual(48)
})

it('is the same, byte for byte, when packaged again by another user setting, zone and folder', async () => {
  const again = join(temp, 'again.zip')
  const elsewhere = { cwd: '/', env: { TZ: 'Asia/Kathmandu', LANG: 'C', USER: 'other' } }
  expect((await sidecarBuildpack(['package', '-o', again], elsewhere)).status).toBe(0)
  expect(readFileSync(again).equals(readFileSync(project))).toBe(true)
})

it('is the same when the Node.js comes out of it', async () => {
  const again = join(temp, 'from.zip')
  expect((await sidecarBuildpack(['package', '-o', again, '--from', project])).status).toBe(0)
  expect(readFileSync(again).equals(readFileSync(project))).toBe(true)
})

it('holds the same code caches, however busy the machine was that made them, and whatever mode the Node.js has', async () => {
  const [node] = extractRuntime(project, temp)
  const hashes = new Set<string>()
  for (let round = 0; round < 6; round++) {
    chmodSync(node, round === 0 ? 0o644 : 0o755)
    const made = [0, 1, 2, 3].map((number) => codeCaches(ROOT, node, join(temp, `caches-${round}-${number}`)))
    for (const caches of await Promise.all(made)) {
      expect(caches).toHaveLength(4)
      const hash = createHash('sha256')
      for (const { content } of caches) if ('bytes' in content) hash.update(content.bytes)
      hashes.add(hash.digest('hex'))
    }
  }
  expect(hashes.size).toBe(1)
}, 120_000)

describe('Info-ZIP', () => {
  const missing = lacks('unzip') || lacks('zipinfo', 'unzip')
  it.skipIf(missing)(
    `unzip tests and unpacks both with the right modes${missing ? ` (${missing})` : ''}`,
    async () => {
      for (const zip of [project, vendor]) {
        expect(await run('unzip', ['-tqq', zip])).toMatchObject({ status: 0, stderr: '' })
      }
      const out = join(temp, 'unzipped')
      expect(
        (await run('unzip', ['-q', vendor, '-d', out], { env: { ...process.env, LANG: 'C.UTF-8' } })).status,
      ).toBe(0)
      for (const [name, mode, content] of CONTENT) {
        expect(readFileSync(join(out, name)).equals(content)).toBe(true)
        expect(`${name} ${(statSync(join(out, name)).mode & 0o777).toString(8)}`).toBe(
          `${name} ${mode.toString(8)}`,
        )
      }
      const node = readFileSync(join(out, 'runtime/node'))
      expect(createHash('sha256').update(node).digest('hex')).toBe(PINNED_NODE.sha256)
      for (const script of ['detect', 'supply', 'finalize', 'release']) {
        expect(statSync(join(out, 'bin', script)).mode & 0o777).toBe(0o755)
      }
    },
  )

  it.skipIf(missing)('zipinfo finds Unix entries, no times but one, nothing to complain of', async () => {
    const { status, stdout, stderr } = await run('zipinfo', ['-v', vendor], {
      env: { ...process.env, TZ: 'UTC' },
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(
      new Set(stdout.match(/file last modified on.*/g)?.map((line) => line.replace(/^.*: +/, ''))),
    ).toEqual(new Set(['1980 Jan 1 00:00:00']))
    expect(
      new Set(
        stdout.match(/file system or operating system of origin:.*/g)?.map((line) => line.split(/: +/)[1]),
      ),
    ).toEqual(new Set(['Unix']))
  })
})

describe('Python', () => {
  const missing = lacks('python3')
  const script = `
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
for each in archive.infolist():
    print('%o %d %08x %s' % (each.external_attr >> 16 & 0o777, each.file_size, each.CRC, each.filename))
`
  it.skipIf(missing)(`zipfile reads the same entries${missing ? ` (${missing})` : ''}`, async () => {
    const env = { ...process.env, PYTHONIOENCODING: 'utf-8' }
    const { status, stdout, stderr } = await run('python3', ['-c', script, vendor], { env })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expectEntries(stdout)
  })
})

describe('Go', () => {
  const missing = lacks('go', 'golang-go')
  it.skipIf(missing)(`archive/zip reads the same entries${missing ? ` (${missing})` : ''}`, async () => {
    const judge = join(temp, 'judge')
    goBuild('judge', judge)
    const { status, stdout, stderr } = await run(judge, [vendor])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expectEntries(stdout)
    expect((await run(judge, [project])).status).toBe(0)
  })
})

function expectEntries(listing: string): void {
  const lines = listing.trimEnd().split('\n')
  for (const [name, mode, content] of CONTENT) {
    const sum = crc32(content).toString(16).padStart(8, '0')
    expect(lines).toContain(`${mode.toString(8)} ${content.length} ${sum} ${name}`)
  }
  for (const script of ['detect', 'supply', 'finalize', 'release']) {
    expect(lines.find((line) => line.endsWith(` bin/${script}`))).toMatch(/^755 /)
  }
  expect(lines.find((line) => line.endsWith(' runtime/node'))).toMatch(/^755 126595440 /)
}
