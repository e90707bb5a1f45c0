import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { copyTree } from '../../src/sources/copy.ts'
import { listTree } from '../../src/sources/tree.ts'
import { temporaryFolder } from '../support/files.ts'

const work = temporaryFolder()

const LARGE = 9 * 1024 * 1024
const names = ['a', 'b', 'deep/c', 'd', 'e', 'f']

function folderOfLargeFiles(): string {
  const root = mkdtempSync(join(work, 'from-'))
  mkdirSync(join(root, 'deep'))
  for (const [at, name] of names.entries()) {
    writeFileSync(join(root, name), Buffer.alloc(LARGE + at, name))
    chmodSync(join(root, name), at % 2 === 0 ? 0o711 : 0o600)
  }
  return root
}

test('large files, copied in parallel, keep their bytes and modes', async () => {
  const root = folderOfLargeFiles()
  const into = join(work, 'into')
  const placed = await copyTree({ root, within: root, entries: listTree(root), into })
  expect(placed.bytes).toBe(names.length * LARGE + 15)
  expect([...placed.files].sort()).toEqual([...names].sort())
  for (const [at, name] of names.entries()) {
    expect(readFileSync(join(into, name)).equals(readFileSync(join(root, name)))).toBe(true)
    expect(statSync(join(into, name)).mode & 0o777).toBe(at % 2 === 0 ? 0o755 : 0o600)
  }
})

test('names the one that fails, starts no further copy, and waits for those in progress', async () => {
  const root = folderOfLargeFiles()
  for (let more = 0; more < 40; more++) linkSync(join(root, 'b'), join(root, `more-${more}`))
  const entries = listTree(root)
  rmSync(join(root, 'a'))
  const into = join(work, 'broken')
  await expect(copyTree({ root, within: root, entries, into })).rejects.toThrow('cannot copy "a" (9.0 MiB)')
  const sizes = () => listTree(into).flatMap((each) => (each.kind === 'file' ? [[each.path, each.size]] : []))
  const then = sizes()
  // Some are, before it is: by a machine that has other things to do, too. All are 45.
  expect(then.length).toBeLessThan(30)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(sizes()).toEqual(then)
})
