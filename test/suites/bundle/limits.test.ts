import { spawnSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { count } from '../../../bench/measures.mjs'
import { CLI } from '../../support/command-line.ts'
import { temporaryFolder } from '../../support/files.ts'
import { judges, objections } from './judges.ts'

const GB = 1024 ** 3
const folder = temporaryFolder()
writeFileSync(join(folder, 'tool'), '#!/bin/sh\nexec sleep 1000\n', { mode: 0o755 })
writeFileSync(join(folder, 'noise'), randomFillSync(Buffer.alloc(4_000_000)))
writeFileSync(join(folder, 'sidecars.yml'), 'sidecars:\n  - {name: tool, memory: 64M, command: ./tool}\n')
const jar = join(folder, 'app.jar')

function bundle(...args: readonly string[]) {
  const argv = [CLI, 'bundle', ...args]
  return spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' })
}

/** Stored entries of zeros, in a file that takes no room; with a zip64 end where sizes ask for it. */
function sparseArchive(path: string, entries: number, size: number): void {
  const file = openSync(path, 'w')
  const directory: Buffer[] = []
  // The checksum of zeros: entries of one size have the same one.
  const crc = crcOfZeros(size)
  let at = 0
  for (let index = 0; index < entries; index++) {
    const name = Buffer.from(`data/${index}`)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(45, 0)
    common.writeUInt32LE(0x5a210000, 6)
    common.writeUInt32LE(crc, 10)
    common.writeUInt32LE(size, 14)
    common.writeUInt32LE(size, 18)
    common.writeUInt16LE(name.length, 22)
    writeSync(file, Buffer.concat([Buffer.from('PK\x03\x04'), common, name]), 0, 30 + name.length, at)
    const isFar = at >= 0xffffffff
    const extra = isFar ? Buffer.from([1, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]) : Buffer.alloc(0)
    if (isFar) extra.writeBigUInt64LE(BigInt(at), 4)
    common.writeUInt16LE(extra.length, 24)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(isFar ? 0xffffffff : at, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x2d\0', 'latin1'), common, tail, name, extra]))
    at += 30 + name.length + size
  }
  ftruncateSync(file, at)
  const central = Buffer.concat(directory)
  writeSync(file, central, 0, central.length, at)
  const end = Buffer.alloc(56 + 20 + 22)
  end.write('PK\x06\x06', 'latin1')
  end.writeBigUInt64LE(44n, 4)
  end.writeUInt16LE(45, 12)
  end.writeUInt16LE(45, 14)
  end.writeBigUInt64LE(BigInt(entries), 24)
  end.writeBigUInt64LE(BigInt(entries), 32)
  end.writeBigUInt64LE(BigInt(central.length), 40)
  end.writeBigUInt64LE(BigInt(at), 48)
  end.write('PK\x06\x07', 56, 'latin1')
  end.writeBigUInt64LE(BigInt(at + central.length), 64)
  end.writeUInt32LE(1, 72)
  end.write('PK\x05\x06', 76, 'latin1')
  end.writeUInt16LE(Math.min(entries, 0xffff), 84)
  end.writeUInt16LE(Math.min(entries, 0xffff), 86)
  end.writeUInt32LE(Math.min(central.length, 0xffffffff), 88)
  end.writeUInt32LE(Math.min(at, 0xffffffff), 92)
  writeSync(file, end, 0, end.length, at + central.length)
  closeSync(file)
}

function crcOfZeros(size: number): number {
  const zeros = Buffer.alloc(Math.min(size, 1 << 20))
  let crc = 0
  for (let at = 0; at < size; at += zeros.length) crc = crc32(zeros.subarray(0, size - at), crc)
  return crc
}

const listers = judges.filter((each) => each.isThere && !['unzip -t', '7z t'].includes(each.name))

/** The other ones at full length: reading so many entries takes the judges their time. */
const most = [
  ['just too few entries for zip64, and too many with the new ones', 65_534, 10],
  ['more than 65,535 entries', 70_000, 10],
] as const

test.each(most.slice(0, count(1, 2)))('%s', (_, entries, size) => {
  for (const options of [['--in-place'], []].slice(0, count(1, 2))) {
    sparseArchive(jar, entries, size)
    const before = readFileSync(jar)
    const old = new Map(listers.map((judge) => [judge, judge.judge([jar]).get(jar) ?? []]))
    expect(bundle(jar, '--sidecar', 'tool', ...options)).toMatchObject({ status: 0, stderr: '' })
    for (const judge of listers) {
      expect(objections(judge, old.get(judge) ?? [], judge.judge([jar]).get(jar) ?? [], 2)).toBeUndefined()
    }
    if (options.length === 0) continue
    expect(bundle(jar, '--undo').status).toBe(0)
    expect(readFileSync(jar).equals(before)).toBe(true)
  }
})

test('over 4 GB, in place and undone', () => {
  sparseArchive(jar, 5, 900 * 1024 * 1024)
  const before = statSync(jar).size
  expect(before).toBeGreaterThan(4 * GB)
  expect(bundle(jar, '--sidecar', 'tool', '--in-place')).toMatchObject({ status: 0, stderr: '' })
  for (const [command = '', ...args] of [
    ['unzip', '-p', jar, 'tool'],
    [
      'python3',
      '-c',
      `import sys, zipfile; sys.stdout.write(zipfile.ZipFile("${jar}").read("tool").decode())`,
    ],
  ]) {
    const { stdout } = spawnSync(command, args, { encoding: 'utf8' })
    expect(stdout).toBe(readFileSync(join(folder, 'tool'), 'utf8'))
  }
  expect(spawnSync('jar', ['tf', jar], { encoding: 'utf8' }).stdout).toContain('data/4\ntool\nsidecars.yml\n')
  expect(bundle(jar, '--undo').status).toBe(0)
  expect(statSync(jar).size).toBe(before)
})

test.skipIf(spawnSync('script', ['--version']).status !== 0)(
  'on a terminal the copy of a big jar shows how far it is (skipped without script)',
  () => {
    sparseArchive(jar, 2, 600 * 1024 * 1024)
    const command = `"${process.execPath}" "${CLI}" bundle app.jar --sidecar tool -o copy.jar`
    const { stdout, status } = spawnSync('script', ['-qec', command, '/dev/null'], {
      cwd: folder,
      encoding: 'utf8',
    })
    rmSync(join(folder, 'copy.jar'), { force: true })
    expect(status).toBe(0)
    const shown = [...stdout.matchAll(/\r\x1b\[K {2}(\d+) % of 1\.2 GiB/g)].map((match) => Number(match[1]))
    expect(shown).toEqual([...shown].sort((a, b) => a - b))
    // Two of them before the copy is whole; a file system that makes a reflink has none to show.
    if (spawnSync('cp', ['--reflink=always', jar, `${jar}.reflink`]).status !== 0) {
      expect(shown.filter((each) => each < 99).length).toBeGreaterThan(1)
    }
    rmSync(`${jar}.reflink`, { force: true })
  },
)

test.skipIf(process.getuid?.() !== 0)(
  'no room on the disk: says so, and leaves the jar and nothing else',
  () => {
    const disk = join(folder, 'disk')
    mkdirSync(disk)
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk]).status !== 0) {
      return console.log('skipped: no file system can be mounted here')
    }
    try {
      const small = join(disk, 'app.jar')
      sparseArchive(small, 10, 1000)
      const before = readFileSync(small)
      for (const options of [[], ['--in-place']]) {
        const { status, stderr } = bundle(
          small,
          '--sidecar',
          'tool',
          '--sidecar',
          'noise',
          '--config',
          'sidecars.yml',
          ...options,
        )
        expect(stderr).toMatch(/no space left on the disk; nothing was changed/)
        expect(status).toBe(1)
        expect(readFileSync(small).equals(before)).toBe(true)
        expect(spawnSync('ls', ['-A', disk], { encoding: 'utf8' }).stdout).toBe('app.jar\n')
      }
      // Not even for the file beside the jar.
      spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'rest')}`])
      const { status, stderr } = bundle(small, '--sidecar', 'tool', '--config', 'sidecars.yml', '--in-place')
      expect(stderr).toMatch(/no space left on the disk; nothing was changed/)
      expect(status).toBe(1)
      expect(spawnSync('ls', ['-A', disk], { encoding: 'utf8' }).stdout).toBe('app.jar\nrest\n')
    } finally {
      spawnSync('umount', [disk])
    }
  },
)
