/**
 * Reports what staging would report about the new archive: the files that staging reads (sidecars.yml, the manifest, the
 * sidecars' files; neither classes nor libraries) are written to a temporary directory and checked there.
 */
import { createWriteStream } from 'node:fs'
import { chmod, copyFile, type FileHandle, link, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { readConfiguration } from '../../config/read.ts'
import type { Configuration } from '../../config/sidecar.ts'
import { type AppToCheck, checkApp } from '../../inspect/check-app.ts'
import {
  filesToCheck,
  isAmong,
  PUSHED_MODE,
  READ_BY_STAGING,
  staysInside,
} from '../../inspect/files-to-check.ts'
import { archiveView, folderView } from '../../java/app-view.ts'
import { layeredView } from '../../java/layered-view.ts'
import { InputError, Problems } from '../../problems/problems.ts'
import { fileSource } from '../../zip/byte-source.ts'
import type { Addition } from './addition.ts'
import type { ArchiveEnd } from './archive-end.ts'
import { visitCentralDirectory } from './central-directory.ts'
import type { Layout } from './config-place.ts'
import { oldContent } from './old-content.ts'
import { type OldEntry, oldEntry } from './survey.ts'

interface ArchiveToBe {
  readonly file: FileHandle
  readonly end: ArchiveEnd
  readonly name: string
  /** The old entries of READ_BY_STAGING and of `configPath`. */
  readonly found: ReadonlyMap<string, readonly OldEntry[]>
  /** All additions, including those that the archive has already with the same content. */
  readonly additions: readonly Addition[]
  /** Path of its present or new sidecars.yml. */
  readonly configPath: string
  readonly layout: Layout
  readonly buildpack: OwnBuildpack
}

/** This buildpack, whose configuration applies too. */
export type OwnBuildpack = AppToCheck['buildpack']

/** Reports errors and warnings. */
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
    await extract(archive, appDir, await filesOfSidecars(archive, configuration, appDir))
    await checkApp(appToCheck(archive, appDir), problems)
  } finally {
    await rm(appDir, { recursive: true, force: true })
  }
}

/** Bytes. Smaller files are copied, with the mode that cf push gives them. */
const MOST_COPIED = 256 * 1024 ** 2

/** Makes a link if the file system supports it: a sidecar may be large. */
async function layOut(addition: Addition, appDir: string): Promise<void> {
  const path = join(appDir, addition.path)
  if (addition.path.endsWith('/')) return void (await mkdir(path, { recursive: true }))
  await mkdir(dirname(path), { recursive: true })
  if (addition.file === undefined) {
    const content = addition.open()
    await writeFile(path, content.read(0, addition.size), { mode: PUSHED_MODE })
    content.close()
    return
  }
  const file = addition.file
  const { mode, size } = await stat(file)
  const isLinked =
    ((mode & 0o111) !== 0 || size > MOST_COPIED) &&
    (await link(file, path).then(
      () => true,
      () => false,
    ))
  if (isLinked) return
  await copyFile(file, path)
  await chmod(path, PUSHED_MODE)
}

async function extract(
  { file, end, name }: ArchiveToBe,
  appDir: string,
  entries: Iterable<OldEntry>,
): Promise<void> {
  for (const entry of entries) {
    const target = join(appDir, entry.path)
    await mkdir(dirname(target), { recursive: true })
    await pipeline(oldContent(file, end, entry, name), createWriteStream(target, { mode: PUSHED_MODE }))
  }
}

/** Files of the archive that sidecars, agents and libraries use; also creates their working directories. */
async function filesOfSidecars(
  { file, end, name, additions }: ArchiveToBe,
  configuration: Configuration,
  appDir: string,
): Promise<readonly OldEntry[]> {
  const coming = new Set(additions.map((each) => each.path))
  const { files, directories } = filesToCheck(configuration)
  const wanted = files.filter((path) => !coming.has(path))
  const found: OldEntry[] = []
  if (wanted.length + directories.length === 0) return found
  const isThere = new Set<string>()
  await visitCentralDirectory(file, end, name, (entry) => {
    const path = Buffer.from(entry.name, 'latin1').toString()
    for (const each of directories) if (path.startsWith(`${each}/`)) isThere.add(each)
    if (!isAmong(path, wanted)) return
    if (!path.endsWith('/') && !coming.has(path) && staysInside(path)) found.push(oldEntry(entry, path))
  })
  for (const each of isThere) if (staysInside(each)) await mkdir(join(appDir, each), { recursive: true })
  return found
}

/** As in `validate`, without a manifest: which conditions are true is unknown. */
function appToCheck({ buildpack, file, name }: ArchiveToBe, directory: string): AppToCheck {
  const laidOut = () => folderView(directory)
  return {
    directory,
    buildpack,
    manifest: undefined,
    env: new Map(),
    appView: () => {
      try {
        return layeredView(laidOut(), archiveView(fileSource(file.fd, name)))
      } catch (thrown) {
        // Some archives can be extended but not listed.
        if (thrown instanceof InputError) return laidOut()
        throw thrown
      }
    },
  }
}
