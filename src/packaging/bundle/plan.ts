/** Plans and checks a run before anything is written. */
import { realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { APP_PLACES } from '../../config/locate.ts'
import { READ_BY_STAGING } from '../../inspect/files-to-check.ts'
import { InputError, Problems } from '../../problems/problems.ts'
import { type Addition, requestedAdditions } from './addition.ts'
import { type Archive, readArchiveEnd } from './archive.ts'
import { type OldEntry, oldContent, pathOf } from './archive-entries.ts'
import { chooseConfig } from './bundled-config.ts'
import { checkArchiveConfig } from './config-check.ts'
import { openContent } from './content.ts'
import type { DirectoryChange } from './directory-writer.ts'
import { modeOf, withMode } from './entry-headers.ts'
import { type JarFile, readable } from './jar-file.ts'
import type { BundleRequest, BundleResult, BundleWorld } from './request.ts'
import { type Survey, surveyArchive } from './survey.ts'

const EXECUTABLE = 0o111

/** The change of an archive. */
export interface Change extends DirectoryChange {
  readonly additions: readonly Addition[]
}

interface BundlePlan {
  readonly change: Change
  readonly outcome: Pick<BundleResult, 'replaced' | 'unchanged' | 'madeExecutable' | 'config' | 'warnings'>
}

/** @throws InputError when the request, the archive or the new configuration has an error */
export async function planBundle(
  request: BundleRequest,
  jar: JarFile,
  target: string,
  world: BundleWorld,
): Promise<BundlePlan> {
  const wished = await requestedAdditions(request.sidecars, world.cwd)
  refuseInput(target, wished, request)
  const archive = readArchiveEnd(jar.file, jar.length, jar.name)
  const inSidecars = wished.map(intoSidecars)
  const paths = [...wished, ...inSidecars].map((each) => each.path)
  const survey = surveyArchive(archive, [...paths, ...READ_BY_STAGING, ...APP_PLACES], paths)
  const placed = liesInSidecars(request, wished, inSidecars, survey) ? inSidecars : wished
  const config = await chooseConfig(request, placed, survey, world)
  const all = config.addition ? [...placed, config.addition] : placed
  const problems = new Problems()
  const toBe = { archive, survey, additions: all, configPath: config.path, buildpack: world.buildpack }
  await checkArchiveConfig(toBe, problems).catch((error) => {
    throw readable(error, tmpdir())
  })
  const compared = await compare(archive, all, survey)
  report(compared, archive, survey, request.replace, problems)
  const { additions, replaced, same } = compared
  const dropped = replaced.flatMap((path) => survey.found.get(path) ?? [])
  const notExecutable = same.filter(({ old, addition }) => lacksItsMode(old, addition)).map(({ old }) => old)
  const headers = [
    ...dropped.map((entry) => ({ entry })),
    ...notExecutable.map((entry) => ({ entry, instead: withMode(entry.header, 0o100755) })),
  ].sort((a, b) => a.entry.position - b.entry.position)
  return {
    change: { archive, entries: survey.entries, headers, additions },
    outcome: {
      replaced,
      unchanged: same.map(({ old }) => pathOf(old)),
      madeExecutable: notExecutable.map(pathOf),
      config: { path: config.path, made: config.made },
      warnings: problems.sorted().filter((each) => each.severity !== 'error'),
    },
  }
}

/** @throws InputError when the result would replace a file that it contains */
function refuseInput(target: string, wished: readonly Addition[], { out }: BundleRequest): void {
  const input = wished.find(({ content }) => typeof content === 'string' && realpathSync(content) === target)
  if (out === undefined || !input) return
  throw new InputError(`-o ${out} would replace ${input.from}, which --sidecar adds; use another file`)
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

interface Compared {
  /** To be written. */
  readonly additions: readonly Addition[]
  /** Paths of those that replace old entries. */
  readonly replaced: readonly string[]
  /** Those that the archive already contains, byte for byte. */
  readonly same: readonly { readonly old: OldEntry; readonly addition: Addition }[]
}

async function compare(archive: Archive, wished: readonly Addition[], { found }: Survey): Promise<Compared> {
  const additions: Addition[] = []
  const replaced: string[] = []
  const same: { old: OldEntry; addition: Addition }[] = []
  for (const addition of wished) {
    const old = found.get(addition.path)?.at(-1)
    if (old && (await isSameContent(archive, old, addition))) {
      same.push({ old, addition })
      continue
    }
    additions.push(addition)
    if (old) replaced.push(addition.path)
  }
  return { additions, replaced, same }
}

async function isSameContent(archive: Archive, entry: OldEntry, addition: Addition): Promise<boolean> {
  if (entry.size !== addition.size) return false
  const content = openContent(addition.content)
  try {
    let position = 0
    for await (const piece of oldContent(archive, entry)) {
      if (!piece.equals(content.read(position, piece.length))) return false
      position += piece.length
    }
    return true
  } finally {
    content.close()
  }
}

/** @throws InputError when there is an error */
function report(
  { additions, replaced }: Compared,
  { name }: Archive,
  { isSigned }: Survey,
  mayReplace: boolean,
  problems: Problems,
): void {
  for (const path of mayReplace ? [] : replaced) {
    const what = `${name} already has a different ${path}`
    problems.error(undefined, what, 'add --replace to replace it')
  }
  if (isSigned && additions.length > 0) {
    problems.warning(
      undefined,
      `${name} is signed: the new entries are not signed, existing signatures stay valid`,
    )
  }
  problems.throwIfErrors()
}

/** An executable file that a tool without support for modes added. */
function lacksItsMode({ header }: OldEntry, { mode, path }: Addition): boolean {
  return !path.endsWith('/') && (mode & EXECUTABLE) !== 0 && (modeOf(header) & EXECUTABLE) === 0
}
