/** Plans and checks a run before anything is written. */
import { type FileHandle, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { APP_PLACES } from '../../config/locate.ts'
import { READ_BY_STAGING } from '../../inspect/files-to-check.ts'
import { InputError, Problems } from '../../problems/problems.ts'
import { MOST, readForeignFile } from '../../system/foreign-file.ts'
import { type Addition, additionsOf, parseSidecarArgument, textAddition } from './addition.ts'
import type { ArchiveEnd } from './archive-end.ts'
import { configPlace, madeConfig } from './config-place.ts'
import type { HeaderChange } from './directory-writer.ts'
import { type JarFile, readable } from './jar-file.ts'
import { isSameContent } from './old-content.ts'
import { readAt } from './positioned-io.ts'
import type { BundleRequest, BundleResult, BundleWorld } from './request.ts'
import { type OldEntry, type Survey, surveyArchive } from './survey.ts'
import { withMode } from './zip-records.ts'

const EXECUTABLE = 0o111

export interface BundlePlan {
  readonly end: ArchiveEnd
  readonly survey: Survey
  readonly additions: readonly Addition[]
  /** Changes of old entries: omitted, or with another mode. */
  readonly headers: readonly HeaderChange[]
  readonly outcome: Pick<BundleResult, 'replaced' | 'unchanged' | 'madeExecutable' | 'config'>
  readonly problems: Problems
}

export async function planBundle(
  request: BundleRequest,
  { file, name }: JarFile,
  end: ArchiveEnd,
  wished: readonly Addition[],
  world: BundleWorld,
): Promise<BundlePlan> {
  const inSidecars = wished.map(intoSidecars)
  const paths = [...wished, ...inSidecars].map((each) => each.path)
  const survey = await surveyArchive(file, end, name, [...paths, ...READ_BY_STAGING, ...APP_PLACES], paths)
  const placed = liesInSidecars(request, wished, inSidecars, survey) ? inSidecars : wished
  const config = await chooseConfig(request, placed, survey, world)
  const all = config.addition ? [...placed, config.addition] : placed
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
  await checkArchiveConfig(toBe, problems).catch((error) => {
    throw readable(error, tmpdir())
  })
  const { additions, replaced, same } = await compare(all, survey, { file, name, end })
  if (!request.replace) {
    for (const path of replaced) {
      const what = `${name} already has a different ${path}`
      problems.error(undefined, what, 'add --replace to replace it')
    }
  }
  if (survey.isSigned && additions.length > 0) {
    problems.warning(
      undefined,
      `${name} is signed: the new entries are not signed, existing signatures stay valid`,
    )
  }
  problems.throwIfErrors()
  const dropped = replaced.flatMap((path) => survey.found.get(path) ?? [])
  const notExecutable = same.filter(({ old, addition }) => lacksItsMode(old, addition)).map(({ old }) => old)
  const headers = [
    ...dropped,
    ...(await Promise.all(notExecutable.map((old) => executableHeader(file, old)))),
  ]
  const outcome = {
    replaced,
    unchanged: same.map(({ old }) => old.path),
    madeExecutable: notExecutable.map((old) => old.path),
    config: { path: config.path, made: config.made },
  }
  return {
    end,
    survey,
    additions,
    headers: headers.sort((a, b) => a.position - b.position),
    outcome,
    problems,
  }
}

/** A Java buildpack may run a jar, a Groovy script or a directory at the root as the app, but not a program. */
function intoSidecars(addition: Addition): Addition {
  const misleads = /\.(?:jar|war|groovy|class)$|\//.test(addition.path)
  return addition.isDefault && misleads ? { ...addition, path: `sidecars/${addition.path}` } : addition
}

/**
 * Whether a file without a given path goes into `sidecars/`: if the configuration is generated too, or if the archive
 * has it there from an earlier run. Other configurations use the file's path at the root.
 */
function liesInSidecars(
  request: BundleRequest,
  wished: readonly Addition[],
  inSidecars: readonly Addition[],
  { found }: Survey,
): boolean {
  const isMade =
    request.config === undefined &&
    !APP_PLACES.some((place) => found.has(place) || wished.some(({ path }) => path === place))
  const has = (additions: readonly Addition[]) => additions.some(({ path }) => found.has(path))
  return isMade || (has(inSidecars) && !has(wished))
}

export async function requestedAdditions(
  sidecars: readonly string[],
  cwd: string,
): Promise<readonly Addition[]> {
  const byPath = new Map<string, Addition>()
  for (const text of sidecars) {
    for (const addition of await additionsOf(await parseSidecarArgument(text, cwd), cwd)) {
      const other = byPath.get(addition.path)
      if (other && !addition.path.endsWith('/')) {
        throw new InputError(
          `${other.from} and ${addition.from} would both be ${addition.path}; use another path for one of them: --sidecar FILE=PATH`,
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
  /** Absent when the archive's own is kept. */
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
    const text = readForeignFile(file, MOST.text, { shown: request.config }).toString()
    const modified = (await stat(file)).mtime
    const other = wished.find((each) => each.path === path)
    if (other) {
      throw new InputError(
        `${other.from} (--sidecar) and ${request.config} (--config) would both be ${path}; pass only one of them`,
      )
    }
    return { path, made: false, addition: textAddition(path, text, modified, request.config) }
  }
  if (coming !== undefined || there !== undefined) return { path: coming ?? path, made: false }
  const [only, second] = request.sidecars
  if (only === undefined || second !== undefined) {
    throw new InputError(
      `${request.jar} has no sidecars.yml; pass one that declares the sidecars: --config sidecars.yml`,
    )
  }
  const main = wished[0]?.path.replace(/\/$/, '') ?? ''
  const made = textAddition(path, madeConfig(main), world.clock(), 'sidecars.yml')
  return { path, made: true, addition: made }
}

/** An addition that the archive already contains, byte for byte. */
interface SameEntry {
  readonly old: OldEntry
  readonly addition: Addition
}

/** Finds which additions must be written, which entries they replace, and which exist already. */
async function compare(
  wished: readonly Addition[],
  survey: Survey,
  { file, name, end }: { readonly file: FileHandle; readonly name: string; readonly end: ArchiveEnd },
) {
  const additions: Addition[] = []
  const replaced: string[] = []
  const same: SameEntry[] = []
  for (const addition of wished) {
    const old = survey.found.get(addition.path)?.at(-1)
    if (old && (await isSameContent(file, end, old, addition, name))) same.push({ old, addition })
    else additions.push(addition)
    if (old && same.at(-1)?.old !== old) replaced.push(addition.path)
  }
  return { additions, replaced, same }
}

/** An executable file that a tool without support for modes added. */
function lacksItsMode(old: OldEntry, { mode, path }: Addition): boolean {
  return !path.endsWith('/') && (mode & EXECUTABLE) !== 0 && (old.mode & EXECUTABLE) === 0
}

async function executableHeader(file: FileHandle, { position, length }: OldEntry): Promise<HeaderChange> {
  return { position, length, instead: withMode(await readAt(file, position, length), 0o100755) }
}
