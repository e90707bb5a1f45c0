/** `bundle`: adds sidecars and their sidecars.yml to an existing jar, war or zip. */
import type { Addition } from './addition.ts'
import { appendInPlace } from './append-in-place.ts'
import { readArchiveEnd } from './archive-end.ts'
import { type BegunAddition, beginAddition } from './archive-writer.ts'
import type { Change, Changed } from './change.ts'
import { type JarFile, openJar, outputFile, readable } from './jar-file.ts'
import { type BundlePlan, planBundle, requestedAdditions } from './plan.ts'
import { replaceJar } from './replace-jar.ts'
import type { BundledEntry, BundleRequest, BundleResult, BundleWorld } from './request.ts'

/** @throws InputError when it fails; the jar is unchanged then */
export async function bundle(request: BundleRequest, world: BundleWorld): Promise<BundleResult> {
  const jar = await openJar(request, world.cwd)
  let begun: BegunAddition | undefined
  try {
    const target = await outputFile(request, jar, world.cwd)
    const wished = await requestedAdditions(request.sidecars, world.cwd)
    const end = await readArchiveEnd(jar.file, jar.length, jar.name)
    // Compression takes most of the time. Reading the archive meanwhile leaves it the other core.
    if (!request.dryRun) begun = beginAddition(wished)
    const plan = await planBundle(request, jar, end, wished, world)
    const warnings = plan.problems.sorted().filter((each) => each.severity !== 'error')
    const before = { out: request.out ?? request.jar, ...plan.outcome, warnings, bytesBefore: jar.length }
    const restored = jar.restoredTo === undefined ? {} : { restoredTo: jar.restoredTo }
    const isNeeded = plan.additions.length > 0 || plan.headers.length > 0 || target !== jar.path
    if (request.dryRun || !isNeeded) {
      return { ...before, ...restored, added: plan.additions.map((each) => entryOf(each)) }
    }
    const { records, length } = await write(request, jar, target, { ...plan, begun }, world)
    const added = plan.additions.map((each, index) => entryOf(each, records[index]?.compressedSize))
    return { ...before, ...restored, added, bytesAfter: length }
  } finally {
    await begun?.abandon()
    await jar.file.close()
  }
}

async function write(
  request: BundleRequest,
  jar: JarFile,
  target: string,
  { end, survey, additions, headers, begun }: BundlePlan & { readonly begun: BegunAddition | undefined },
  world: BundleWorld,
): Promise<Changed> {
  const read = additions.reduce((sum, each) => sum + each.size, 0)
  const total = read + (request.inPlace ? 0 : jar.length)
  let done = 0
  const change: Change = {
    jar: jar.path,
    name: jar.name,
    source: jar.file,
    end,
    entries: survey.entries,
    headers,
    additions,
    begun,
    signals: world.signals,
    onBytes: (bytes) => {
      done += bytes
      world.onProgress(done, total)
    },
  }
  try {
    return request.inPlace ? await appendInPlace(change) : await replaceJar(change, target)
  } catch (error) {
    throw readable(error, request.out ?? request.jar)
  }
}

function entryOf({ path, size, mode }: Addition, compressedBytes?: number): BundledEntry {
  const entry = { path, bytes: size, mode: mode & 0o777 }
  return compressedBytes === undefined ? entry : { ...entry, compressedBytes }
}
