/** `bundle`: sidecars and their sidecars.yml into a jar, war or zip that is there already. */
import { type FileHandle, readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { APP_PLACES } from '../../config/locate.ts'
import { InputError, type Problem, Problems } from '../../config/problems.ts'
import { type Addition, additionsOf, parseSidecarArgument, textAddition } from './addition.ts'
import { appendInPlace } from './append-in-place.ts'
import { type ArchiveEnd, readArchiveEnd } from './archive-end.ts'
import { type BegunAddition, beginAddition } from './archive-writer.ts'
import type { OwnBuildpack } from './config-check.ts'
import { configPlace, madeConfig, READ_BY_STAGING } from './config-place.ts'
import type { Signals } from './interruption.ts'
import { type JarFile, openJar, outputFile, readable } from './jar-file.ts'
import { isSameContent } from './old-content.ts'
import { type Changed, replaceJar } from './replace-jar.ts'
import { type Survey, surveyArchive } from './survey.ts'

export interface BundleRequest {
  /** As the user named it, like all paths here: relative to `cwd`. */
  readonly jar: string
  /** `FILE` or `FILE=PATH` each. */
  readonly sidecars: readonly string[]
  readonly config?: string
  readonly out?: string
  readonly inPlace: boolean
  readonly replace: boolean
  readonly dryRun: boolean
}

export interface BundleWorld {
  readonly cwd: string
  readonly buildpack: OwnBuildpack
  readonly clock: () => Date
  readonly signals: Signals
  /** `done` of `total` bytes of new entries have been read. */
  readonly onProgress: (done: number, total: number) => void
}

export interface BundledEntry {
  readonly path: string
  readonly bytes: number
  /** Absent in a dry run. */
  readonly compressedBytes?: number
  /** Permissions: 0o755 or 0o644. */
  readonly mode: number
}

export interface BundleResult {
  /** What was, or would be, written. */
  readonly out: string
  readonly added: readonly BundledEntry[]
  /** Paths of old entries that are left out, because one of `added` takes their place. */
  readonly replaced: readonly string[]
  /** Paths that were there already, with the same content. */
  readonly unchanged: readonly string[]
  readonly config: { readonly path: string; readonly made: boolean }
  readonly bytesBefore: number
  /** Absent in a dry run. */
  readonly bytesAfter?: number
  /** The length that the jar was cut back to first, because a run before was interrupted. */
  readonly restoredTo?: number
  readonly warnings: readonly Problem[]
}

/** @throws InputError when it cannot be done; the jar is then as it was */
export async function bundle(request: BundleRequest, world: BundleWorld): Promise<BundleResult> {
  const jar = await openJar(request, world.cwd)
  let begun: BegunAddition | undefined
  try {
    const target = await outputFile(request, jar, world.cwd)
    const wished = await wishedAdditions(request.sidecars, world.cwd)
    const end = await readArchiveEnd(jar.file, jar.length, jar.name)
    // Most of the time goes there; what is asked of the archive meanwhile leaves the other core to it.
    if (!request.dryRun) begun = await beginAddition(wished)
    const plan = await makePlan(request, jar, end, wished, world)
    const warnings = plan.problems.sorted().filter((each) => each.severity === 'warning')
    const before = { out: request.out ?? request.jar, ...plan.outcome, warnings, bytesBefore: jar.length }
    const restored = jar.restoredTo === undefined ? {} : { restoredTo: jar.restoredTo }
    const isNeeded = plan.additions.length > 0 || target !== jar.path
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

interface Plan {
  readonly end: ArchiveEnd
  readonly survey: Survey
  readonly additions: readonly Addition[]
  readonly outcome: Pick<BundleResult, 'replaced' | 'unchanged' | 'config'>
  readonly problems: Problems
}

async function makePlan(
  request: BundleRequest,
  { file, name }: JarFile,
  end: ArchiveEnd,
  wished: readonly Addition[],
  world: BundleWorld,
): Promise<Plan> {
  const paths = wished.map((each) => each.path)
  const survey = await surveyArchive(file, end, name, [...paths, ...READ_BY_STAGING, ...APP_PLACES], paths)
  const config = await chooseConfig(request, wished, survey, world)
  const all = config.addition ? [...wished, config.addition] : wished
  const problems = new Problems()
  const { checkArchiveConfig } = await import('./config-check.ts')
  const toBe = {
    file,
    end,
    name,
    found: survey.found,
    additions: all,
    configPath: config.path,
    layout: survey,
    buildpack: world.buildpack,
  }
  await checkArchiveConfig(toBe, problems)
  const { additions, replaced, unchanged } = await compare(
    all,
    survey,
    { file, name },
    end,
    request.replace,
    problems,
  )
  if (survey.isSigned && additions.length > 0) {
    problems.warning(
      undefined,
      `${name} is signed: the new entries are not, the others keep their signatures`,
    )
  }
  problems.throwIfErrors()
  const outcome = { replaced, unchanged, config: { path: config.path, made: config.made } }
  return { end, survey, additions, outcome, problems }
}

async function wishedAdditions(sidecars: readonly string[], cwd: string): Promise<readonly Addition[]> {
  const byPath = new Map<string, Addition>()
  for (const text of sidecars) {
    for (const addition of await additionsOf(await parseSidecarArgument(text, cwd), cwd)) {
      const other = byPath.get(addition.path)
      if (other && !addition.path.endsWith('/')) {
        throw new InputError(
          `${other.from} and ${addition.from} would both be ${addition.path}; give one of them another path (--sidecar FILE=PATH)`,
        )
      }
      byPath.set(addition.path, other ?? addition)
    }
  }
  return [...byPath.values()]
}

interface ChosenConfig {
  readonly path: string
  readonly made: boolean
  /** Absent when the archive's own stays. */
  readonly addition?: Addition
}

async function chooseConfig(
  request: BundleRequest,
  wished: readonly Addition[],
  survey: Survey,
  world: BundleWorld,
): Promise<ChosenConfig> {
  const there = APP_PLACES.find((place) => survey.found.has(place))
  const coming = APP_PLACES.find((place) => wished.some((each) => each.path === place))
  const path = there ?? configPlace(survey)
  if (request.config !== undefined) {
    const file = resolve(world.cwd, request.config)
    const text = await readFile(file, 'utf8').catch((error) => {
      throw readable(error, request.config ?? '')
    })
    const modified = (await stat(file)).mtime
    return { path, made: false, addition: textAddition(path, text, modified, request.config) }
  }
  if (coming !== undefined || there !== undefined) return { path: coming ?? path, made: false }
  const [only, second] = request.sidecars
  if (only === undefined || second !== undefined) {
    throw new InputError(
      `${request.jar} has no sidecars.yml; give one that names the sidecars (--config sidecars.yml)`,
    )
  }
  const main = wished[0]?.path.replace(/\/$/, '') ?? ''
  const made = textAddition(path, madeConfig(main), world.clock(), 'sidecars.yml')
  return { path, made: true, addition: made }
}

/** What of it is to be written, and what that takes the place of. Another content of the same name is an error without `replace`. */
async function compare(
  wished: readonly Addition[],
  survey: Survey,
  jar: { readonly file: FileHandle; readonly name: string },
  end: ArchiveEnd,
  replace: boolean,
  problems: Problems,
) {
  const additions: Addition[] = []
  const replaced: string[] = []
  const unchanged: string[] = []
  for (const addition of wished) {
    const old = survey.found.get(addition.path)?.at(-1)
    if (old && (await isSameContent(jar.file, end, old, addition, jar.name))) unchanged.push(addition.path)
    else additions.push(addition)
    if (!old || unchanged.at(-1) === addition.path) continue
    replaced.push(addition.path)
    if (replace) continue
    const what = `${jar.name} has another ${addition.path} already`
    problems.error(undefined, what, 'add --replace to put the new one in its place')
  }
  return { additions, replaced, unchanged }
}

async function write(
  request: BundleRequest,
  jar: JarFile,
  target: string,
  { end, survey, additions, outcome, begun }: Plan & { readonly begun: BegunAddition | undefined },
  world: BundleWorld,
): Promise<Changed> {
  const total = additions.reduce((sum, each) => sum + each.size, 0)
  let done = 0
  const dropped = outcome.replaced
    .flatMap((path) => survey.found.get(path) ?? [])
    .sort((a, b) => a.position - b.position)
  const change = {
    jar: jar.path,
    name: jar.name,
    source: jar.file,
    end,
    entries: survey.entries,
    dropped,
    additions,
    begun,
    signals: world.signals,
    onBytes: (bytes: number) => {
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
