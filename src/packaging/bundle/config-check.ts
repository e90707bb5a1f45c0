/**
 * Reports what staging would report about the new archive: the files that staging reads (sidecars.yml, the manifest, the
 * sidecars' files; neither classes nor libraries) are written to a temporary directory and checked there.
 */
import { createWriteStream, existsSync } from 'node:fs'
import { chmod, copyFile, link, mkdir, realpath, stat, writeFile } from 'node:fs/promises'
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
import { withTemporaryFolder } from '../../system/temporary-folder.ts'
import { fileSource } from '../../zip/byte-source.ts'
import type { Addition } from './addition.ts'
import type { Archive } from './archive.ts'
import { type OldEntry, oldContent, pathOf, visitEntries } from './archive-entries.ts'
import type { Survey } from './survey.ts'

interface ArchiveToBe {
  readonly archive: Archive
  /** With the old entries of READ_BY_STAGING and of `configPath`. */
  readonly survey: Survey
  /** All additions, including those that the archive has already with the same content. */
  readonly additions: readonly Addition[]
  /** Path of its present or new sidecars.yml. */
  readonly configPath: string
  readonly buildpack: OwnBuildpack
}

/** This buildpack, whose configuration applies too. */
export type OwnBuildpack = AppToCheck['buildpack']

/** Reports errors and warnings. */
export async function checkArchiveConfig(toBe: ArchiveToBe, problems: Problems): Promise<void> {
  const { archive, survey, additions, configPath } = toBe
  await withTemporaryFolder('sidecar-bundle-', async (appDir) => {
    if (survey.isSpringBoot) await mkdir(join(appDir, 'BOOT-INF'))
    else if (survey.isWar) await mkdir(join(appDir, 'WEB-INF'))
    for (const addition of additions) await layOut(addition, appDir)
    const coming = new Set(additions.map((each) => each.path))
    const kept = [...READ_BY_STAGING, configPath].filter((path) => !coming.has(path))
    await extract(
      archive,
      appDir,
      kept.flatMap((path) => survey.found.get(path)?.at(-1) ?? []),
    )
    const { configuration } = readConfiguration({ appDir, env: {} }, new Problems())
    await extract(archive, appDir, await filesOfSidecars(archive, coming, configuration, appDir))
    await checkApp(appToCheck(toBe, appDir), problems)
    for (const path of problems.hasErrors ? missingFiles(configuration, appDir) : []) {
      problems.note(undefined, `${path} is not in ${archive.name}`, `add it with --sidecar FILE=${path}`)
    }
  })
}

/** Bytes. Smaller files are copied, with the mode that cf push gives them. */
const MOST_COPIED = 256 * 1024 ** 2

/** Makes a link if the file system supports it: a sidecar may be large. */
async function layOut(addition: Addition, appDir: string): Promise<void> {
  const path = join(appDir, addition.path)
  if (addition.path.endsWith('/')) return void (await mkdir(path, { recursive: true }))
  await mkdir(dirname(path), { recursive: true })
  const { content } = addition
  if (typeof content !== 'string') return writeFile(path, content, { mode: PUSHED_MODE })
  const { mode, size } = await stat(content)
  const isLinked =
    ((mode & 0o111) !== 0 || size > MOST_COPIED) &&
    (await link(await realpath(content), path).then(
      () => true,
      () => false,
    ))
  if (isLinked) return
  await copyFile(content, path)
  await chmod(path, PUSHED_MODE)
}

async function extract(archive: Archive, appDir: string, entries: Iterable<OldEntry>): Promise<void> {
  for (const entry of entries) {
    const target = join(appDir, pathOf(entry))
    await mkdir(dirname(target), { recursive: true })
    await pipeline(oldContent(archive, entry), createWriteStream(target, { mode: PUSHED_MODE }))
  }
}

/** Files of the archive that sidecars, agents and libraries use; also creates their working directories. */
async function filesOfSidecars(
  archive: Archive,
  coming: ReadonlySet<string>,
  configuration: Configuration,
  appDir: string,
): Promise<readonly OldEntry[]> {
  const { files, directories } = filesToCheck(configuration)
  const wanted = files.filter((path) => !coming.has(path))
  const found: OldEntry[] = []
  if (wanted.length + directories.length === 0) return found
  const isThere = new Set<string>()
  visitEntries(archive, (entry) => {
    const path = pathOf(entry)
    for (const each of directories) if (path.startsWith(`${each}/`)) isThere.add(each)
    if (!isAmong(path, wanted)) return
    if (!path.endsWith('/') && !coming.has(path) && staysInside(path)) found.push(entry)
  })
  for (const each of isThere) if (staysInside(each)) await mkdir(join(appDir, each), { recursive: true })
  return found
}

function missingFiles(configuration: Configuration, appDir: string): readonly string[] {
  return filesToCheck(configuration).files.filter(
    (path) => staysInside(path) && !existsSync(join(appDir, path)),
  )
}

/** As in `validate`, without a manifest: which conditions are true is unknown. */
function appToCheck({ buildpack, archive }: ArchiveToBe, directory: string): AppToCheck {
  const laidOut = () => folderView(directory)
  return {
    directory,
    buildpack,
    manifest: undefined,
    env: new Map(),
    appView: () => {
      try {
        return layeredView(laidOut(), archiveView(fileSource(archive.file.fd, archive.name)))
      } catch (thrown) {
        // Some archives can be extended but not listed.
        if (thrown instanceof InputError) return laidOut()
        throw thrown
      }
    },
  }
}
