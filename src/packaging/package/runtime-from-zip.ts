/** Takes the Node.js of a packaged buildpack over, so that packaging needs no npm. */
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fromFdPromise } from 'yauzl'
import { InputError } from '../../config/problems.ts'
import { openForeignFile } from '../../system/foreign-file.ts'
import { RUNTIME_FILE, RUNTIME_LICENCE } from './runtime-files.ts'

/** @returns where the binary and, if the package has it, its licence are now, both in `into` */
export async function extractRuntime(zip: string, into: string): Promise<[string, string | undefined]> {
  const wanted = new Map([
    [RUNTIME_FILE, join(into, 'node')],
    [RUNTIME_LICENCE, join(into, 'node-LICENSE')],
  ])
  const found = await extractFiles(zip, wanted)
  const binary = found.get(RUNTIME_FILE)
  if (binary === undefined) {
    throw new InputError(
      `--from: ${zip} has no ${RUNTIME_FILE}; give a zip made by sidecar-buildpack package`,
    )
  }
  return [binary, found.get(RUNTIME_LICENCE)]
}

async function extractFiles(zip: string, wanted: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const descriptor = openForeignFile(zip, { shown: `--from: ${zip}` })
  try {
    const archive = await fromFdPromise(descriptor)
    for await (const entry of archive.eachEntry()) {
      const to = wanted.get(entry.fileName)
      if (to === undefined) continue
      await pipeline(await archive.openReadStreamPromise(entry), createWriteStream(to, { mode: 0o755 }))
      found.set(entry.fileName, to)
    }
    return found
  } catch (thrown) {
    throw new InputError(
      `--from: ${zip} cannot be read: ${thrown instanceof Error ? thrown.message : thrown}`,
    )
  }
}
