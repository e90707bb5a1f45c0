import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { prepareRoot, rootPaths } from '../../src/container/root-file-system.ts'
import { temporaryFolder } from '../support/files.ts'

const root = temporaryFolder()

/** @param passwd puts something at /etc/passwd of the root file system @returns the container's directory */
function prepared(passwd: (path: string) => void): string {
  const rootfs = mkdtempSync(join(root, 'rootfs-'))
  const folder = mkdtempSync(join(root, 'container-'))
  for (const each of ['bin', 'etc', 'dev']) mkdirSync(join(rootfs, each))
  passwd(join(rootfs, 'etc', 'passwd'))
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  prepareRoot(folder, { rootfs, hostname: 'a-host', path: '', mounts: [] }, owner)
  return folder
}

const passwdOf = (folder: string) => readFileSync(join(folder, 'etc', 'passwd'), 'utf8')
const VCAP = 'vcap:x:2000:2000::/home/vcap:/bin/bash\n'

it('has the users of the stack and vcap', () => {
  const folder = prepared((path) =>
    writeFileSync(path, 'root:x:0:0::/root:/bin/bash\nvcap:x:7:7::/:/bin/sh\n'),
  )
  expect(passwdOf(folder)).toBe(`root:x:0:0::/root:/bin/bash\n${VCAP}`)
})

it('does not read a file of this machine through a link in the root file system', () => {
  const outside = join(root, 'outside')
  writeFileSync(outside, 'secret\n')
  expect(passwdOf(prepared((path) => symlinkSync(outside, path)))).toBe(VCAP)
})

it('does not wait for a named pipe in the root file system', () => {
  expect(passwdOf(prepared((path) => void execFileSync('mkfifo', [path])))).toBe(VCAP)
})

it('mounts everything without set-user-id programs, and devices only below /dev', () => {
  const folder = prepared((path) => writeFileSync(path, ''))
  const { root: at, table } = rootPaths(folder)
  const bound = readFileSync(table, 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , , options = '']) => options.startsWith('rbind'))
  expect(bound.length).toBeGreaterThan(5)
  for (const [, target = '', , options = ''] of bound) {
    expect(options.split(',')).toContain('nosuid')
    expect(options.split(',').includes('nodev'), target).toBe(!target.startsWith(`${at}/dev/`))
  }
})
