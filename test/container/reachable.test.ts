import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { programDirectories } from '../../src/container/reachable.ts'
import { temporaryFolder } from '../support/files.ts'

const root = temporaryFolder()
const bin = join(root, 'tool', 'bin')
mkdirSync(bin, { recursive: true })
symlinkSync('/opt/other/bin/program', join(bin, 'program'))
chmodSync(root, 0o755)

it('is the installation of a hidden directory of programs', () => {
  expect(programDirectories(`relative:${bin}:${root}/missing`, (path) => path === bin)).toEqual([
    join(root, 'tool'),
  ])
  expect(programDirectories(bin, () => false)).toEqual([])
})

it('is also one whose programs can be run, but not listed', () => {
  chmodSync(bin, 0o311)
  const uid = process.getuid?.()
  if (uid === 0) process.seteuid?.(65534)
  try {
    expect(programDirectories(bin, (path) => path === bin)).toEqual([join(root, 'tool')])
  } finally {
    if (uid === 0) process.seteuid?.(0)
    chmodSync(bin, 0o755)
  }
})
