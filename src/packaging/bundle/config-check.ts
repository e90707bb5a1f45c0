/**
 * Says of the archive to be what staging would say of it: what staging reads of an app is laid out in a temporary folder
 * (sidecars.yml, the manifest, the sidecars' files; neither classes nor libraries) and looked at there.
 */
import { createWriteStream } from 'node:fs'
import { copyFile, type FileHandle, link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Problems } from '../../config/problems.ts'
import { readConfiguration } from '../../config/read.ts'
import type { Configuration } from '../../config/sidecar.ts'
import type { InspectContext } from '../../inspect/context.ts'
import { inspectApp } from '../../inspect/inspect-app.ts'
import { silentLog } from '../../log/log.ts'
import { DEFAULT_STACK } from '../../platform/stacks.ts'
import type { Addition } from './addition.ts'
import type { ArchiveEnd } from './archive-end.ts'
import { visitCentralDirectory } from './central-directory.ts'
import { type Layout, READ_BY_STAGING } from './config-place.ts'
import { oldContent } from './old-content.ts'
import { type OldEntry, oldEntry } from './survey.ts'

export interface ArchiveToBe {
  readonly file: FileHandle
  readonly end: ArchiveEnd
  readonly name: string
  /** The old entries of READ_BY_STAGING and of `configPath`. */
  readonly found: ReadonlyMap<string, readonly OldEntry[]>
  /** What comes; what is there already with the same content included. */
  readonly additions: readonly Addition[]
  /** Where its sidecars.yml is, or will be. */
  readonly configPath: string
  readonly layout: Layout
  readonly buildpack: OwnBuildpack
}

/** This buildpack, whose configuration counts too. */
export type OwnBuildpack = Pick<InspectContext, 'buildpackDir' | 'buildpackName'>

/** Reports what is wrong, and what is worth a warning. */
export async function checkArchiveConfig(archive: ArchiveToBe, problems: Problems): Promise<void> {
  const appDir = await mkdtemp(join(tmpdir(), 'sidecar-bundle-'))
  try {
    if (archive.layout.isSpringBoot) await mkdir(join(appDir, 'BOOT-INF'))
    else if (archive.layout.isWar) await mkdir(join(appDir, 'WEB-INF'))
    for (const addition of archive.additions) await layOut(addition, appDir)
    const fromArchive = [...READ_BY_STAGING, archive.configPath].flatMap(
      (path) => archive.found.get(path)?.at(-1) ?? [],
    )
    const coming = new Set(archive.additions.map((each) => each.path))
    await extract(
      archive,
      appDir,
      fromArchive.filter((each) => !coming.has(each.path)),
    )
    const { configuration } = readConfiguration({ appDir, env: {} }, new Problems())
    await extract(archive, appDir, await sourcesInArchive(archive, configuration))
    await inspectApp(contextOf(archive, appDir), problems)
  } finally {
    await rm(appDir, { recursive: true, force: true })
  }
}

/** A link where the file system can: a sidecar may be large. */
async function layOut(addition: Addition, appDir: string): Promise<void> {
  const path = join(appDir, addition.path)
  if (addition.path.endsWith('/')) return void (await mkdir(path, { recursive: true }))
  await mkdir(dirname(path), { recursive: true })
  if (addition.file === undefined) {
    const content = addition.open()
    await writeFile(path, content.read(0, addition.size))
    content.close()
    return
  }
  const file = addition.file
  await link(file, path).catch(() => copyFile(file, path))
}

async function extract(
  { file, end, name }: ArchiveToBe,
  appDir: string,
  entries: Iterable<OldEntry>,
): Promise<void> {
  for (const entry of entries) {
    const target = join(appDir, entry.path)
    await mkdir(dirname(target), { recursive: true })
    await pipeline(oldContent(file, end, entry, name), createWriteStream(target))
  }
}

/** The archive's own files that sources name, or that lie in folders which they name. */
async function sourcesInArchive(
  { file, end, name, additions }: ArchiveToBe,
  configuration: Configuration,
): Promise<readonly OldEntry[]> {
  const coming = new Set(additions.map((each) => each.path))
  const wanted = pathSources(configuration).filter((path) => !coming.has(path))
  const found: OldEntry[] = []
  if (wanted.length === 0) return found
  await visitCentralDirectory(file, end, name, (entry) => {
    const path = Buffer.from(entry.name, 'latin1').toString()
    if (!wanted.some((each) => path === each || path.startsWith(`${each}/`))) return
    if (!path.endsWith('/') && !coming.has(path) && staysInside(path)) found.push(oldEntry(entry, path))
  })
  return found
}

function staysInside(path: string): boolean {
  return !path.startsWith('/') && !path.includes('\\') && !path.split('/').includes('..')
}

/** Normalised paths of the sources that lie in the app. */
function pathSources({ sidecars, java }: Configuration): readonly string[] {
  return [...sidecars, ...java.agents, ...java.libraries]
    .flatMap(({ source }) => (source?.kind === 'path' ? [source.path] : []))
    .map((path) => posix.normalize(path).replace(/\/$/, ''))
}

/** As `validate` has it: no staging, what a `when` asks for taken as given. */
function contextOf({ buildpack }: ArchiveToBe, appDir: string): InspectContext {
  return {
    ...buildpack,
    buildDir: appDir,
    env: { CF_STACK: DEFAULT_STACK },
    log: silentLog,
    clock: () => new Date(),
    assumesConditions: true,
  }
}
