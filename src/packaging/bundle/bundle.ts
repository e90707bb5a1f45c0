/** `bundle`: adds sidecars and their sidecars.yml to an existing jar, war or zip. */
import type { Addition } from './addition.ts'
import { appendInPlace } from './append-in-place.ts'
import type { WrittenEntries } from './entry-writer.ts'
import { type JarFile, openJar, outputFile, readable } from './jar-file.ts'
import { type Change, planBundle } from './plan.ts'
import { replaceJar } from './replace-jar.ts'
import type { BundledEntry, BundleRequest, BundleResult, BundleWorld } from './request.ts'

/** @throws InputError when it fails; the jar is unchanged then */
export async function bundle(request: BundleRequest, world: BundleWorld): Promise<BundleResult> {
  const jar = await openJar(request, world.cwd)
  try {
    const target = await outputFile(request, jar, world.cwd)
    const { change, outcome } = await planBundle(request, jar, target, world)
    const { additions, headers } = change
    const result = {
      out: request.out ?? request.jar,
      ...outcome,
      bytesBefore: jar.length,
      ...(jar.restoredTo !== undefined && { restoredTo: jar.restoredTo }),
    }
    const isNeeded = additions.length > 0 || headers.length > 0 || target !== jar.path
    if (request.dryRun || !isNeeded) return { ...result, added: additions.map((each) => entryOf(each)) }
    const { records, position } = await write(request, jar, target, change, world)
    const added = additions.map((each, index) => entryOf(each, records[index]?.compressedSize))
    return { ...result, added, bytesAfter: position }
  } finally {
    await jar.file.close()
  }
}

async function write(
  request: BundleRequest,
  { path, length }: JarFile,
  target: string,
  change: Change,
  { onProgress }: BundleWorld,
): Promise<WrittenEntries> {
  const read = change.additions.reduce((sum, each) => sum + each.size, 0)
  const total = read + (request.inPlace ? 0 : length)
  let done = 0
  const onBytes = (bytes: number) => {
    done += bytes
    onProgress(done, total)
  }
  try {
    return request.inPlace
      ? await appendInPlace(path, change, onBytes)
      : await replaceJar(path, target, change, onBytes)
  } catch (error) {
    throw readable(error, request.out ?? request.jar)
  }
}

function entryOf({ path, size, mode }: Addition, compressedBytes?: number): BundledEntry {
  const entry = { path, bytes: size, mode: mode & 0o777 }
  return compressedBytes === undefined ? entry : { ...entry, compressedBytes }
}
