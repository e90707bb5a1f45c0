/** Unpacks an archive into a new folder, and returns the result. */
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
  /** The message of the refusal; empty if there was none. */
  readonly error: string
  readonly files: readonly string[]
  readonly bytes: number
  /** The content of the folder, also after a refusal, as `listing` returns it. */
  readonly found: readonly string[]
  /** The size of that content in MiB. */
  readonly megabytes: number
  /** New files outside the folder. */
  readonly escaped: readonly string[]
}

/** In memory if possible, because the tests write thousands of files. */
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
