/** An archive unpacked into a folder of its own, and what came of it. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unpack } from '../../../src/sources/archives/unpack.ts'
import { listing } from '../files.ts'

export interface Unpacking {
  /** What it was refused with, or nothing. */
  readonly error: string
  readonly files: readonly string[]
  readonly bytes: number
  /** What lies in the folder, also when it was refused: as `listing` tells it. */
  readonly found: readonly string[]
  /** The sum of the sizes of that, in MB (of 1024² bytes). */
  readonly megabytes: number
  /** What lies beside the folder and was not there before. */
  readonly escaped: readonly string[]
}

/** In memory where there is such a folder: thousands of archives, or of files, are much for a disk. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

export async function unpacked(archive: Buffer, name = 'download'): Promise<Unpacking> {
  const root = mkdtempSync(join(PLACE, 'unpack-'))
  const into = join(root, 'into')
  mkdirSync(into)
  writeFileSync(join(root, 'archive'), archive)
  const fd = openSync(join(root, 'archive'), 'r')
  const left = () => ({
    found: listing(into),
    megabytes: sizeOf(into) / 1024 ** 2,
    escaped: readdirSync(root).filter((each) => each !== 'archive' && each !== 'into'),
  })
  try {
    const { files, bytes } = await unpack(fd, name, into)
    return { error: '', files, bytes, ...left() }
  } catch (thrown) {
    return { error: (thrown as Error).message, files: [], bytes: 0, ...left() }
  } finally {
    closeSync(fd)
    rmSync(root, { recursive: true })
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .reduce((sum, each) => sum + statSync(join(each.parentPath, each.name)).size, 0)
}
