/** What tests of packaging put into a buildpack and read from its zip. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openPromise } from 'yauzl'
import { ownFolder } from '../../../src/buildpack/own-folder.ts'
import { buildpackLog } from '../../../src/log/log.ts'
import type { PackageRequest } from '../../../src/packaging/package/package-buildpack.ts'

/** @returns the file's path */
export function putFile(folder: string, name: string, content: string | Buffer): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

/** For the buildpack in `acme`; without the Node.js that the package carries. */
export function packageRequest(folder: string): PackageRequest {
  return {
    root: ownFolder(),
    sidecars: join(folder, 'acme'),
    cached: false,
    out: folder,
    keep: join(folder, 'keep'),
    env: {},
    say: () => {},
    sources: { stack: 'cflinuxfs4', env: {}, log: buildpackLog(() => {}, false), clock: () => new Date() },
  }
}

export async function entriesOf(zip: string) {
  const entries = new Map<string, { mode: number; stored: boolean; bytes: Buffer }>()
  const archive = await openPromise(zip)
  for await (const entry of archive.eachEntry()) {
    const pieces: Buffer[] = []
    for await (const piece of await archive.openReadStreamPromise(entry)) pieces.push(piece)
    entries.set(entry.fileName, {
      mode: entry.externalFileAttributes >>> 16,
      stored: entry.compressionMethod === 0,
      bytes: Buffer.concat(pieces),
    })
  }
  return entries
}
