/** The app of a plan: a directory, or a jar, war or zip, of which only the necessary parts are read. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, posix } from 'node:path'
import { APP_PLACES } from '../config/locate.ts'
import { readConfiguration } from '../config/read.ts'
import { filesToCheck, isAmong, PUSHED_MODE, READ_BY_STAGING } from '../inspect/files-to-check.ts'
import { type AppView, archiveView, folderView } from '../java/app-view.ts'
import { type ClassCount, countClassesInArchive, countClassesInFolder } from '../java/class-count.ts'
import { statApp } from '../lifecycle/push/given-app.ts'
import { readPushedArchive } from '../lifecycle/push/pushed-archive.ts'
import { Problems } from '../problems/problems.ts'
import type { Environment } from '../system/environment.ts'
import { withTemporaryFolder } from '../system/temporary-folder.ts'
import { withFile } from '../zip/byte-source.ts'
import { readAll } from '../zip/content.ts'
import { entryAt, walkDirectory, type ZipDirectory } from '../zip/directory.ts'

export interface PlannedApp {
  /** The name of its file or directory. */
  readonly name: string
  /** A directory like the app root, with its configuration and the files that sidecars use. */
  readonly configDir: string
  readonly view: AppView
  countClasses(): Promise<ClassCount>
}

/** @throws InputError when the app does not exist, or the archive cannot be read */
export async function withApp<T>(
  path: string,
  env: Environment,
  use: (app: PlannedApp) => Promise<T>,
): Promise<T> {
  const name = basename(path)
  if ((await statApp(path)).isDirectory()) return use(folderApp(path, name))
  return withFile(path, name, async (source) => {
    const { directory } = readPushedArchive(source)
    const view = archiveView(source, directory)
    return withTemporaryFolder('sidecar-plan-', (configDir) => {
      layOutConfiguration(view, configDir, env)
      layOut(directory, configDir, env)
      return use({ name, configDir, view, countClasses: () => countClassesInArchive(source, directory) })
    })
  })
}

/** An app whose pushed files are all in a directory. */
export function folderApp(directory: string, name: string): PlannedApp {
  return {
    name,
    configDir: directory,
    view: folderView(directory),
    countClasses: async () => countClassesInFolder(directory),
  }
}

/** The files that the check of the configuration reads. */
function layOut(directory: ZipDirectory, appDir: string, env: Environment): void {
  const { configuration } = readConfiguration({ appDir, env }, new Problems())
  const { files, directories } = filesToCheck(configuration)
  const wanted = [...READ_BY_STAGING, ...files]
  walkDirectory(directory, (header, nameStart, nameEnd) => {
    const path = directory.bytes.toString('utf8', nameStart, nameEnd)
    for (const each of directories)
      if (path.startsWith(`${each}/`)) mkdirSync(join(appDir, each), { recursive: true })
    if (!isAmong(path, wanted)) return
    const entry = entryAt(directory, header)
    mkdirSync(dirname(join(appDir, path)), { recursive: true })
    writeFileSync(join(appDir, path), readAll(directory.source, entry), { mode: PUSHED_MODE })
  })
}

function layOutConfiguration(view: AppView, directory: string, env: Environment): void {
  for (const place of [...APP_PLACES, posix.normalize(env.SIDECARS_CONFIG_PATH ?? '')]) {
    const text = view.readText(place)
    if (text === undefined) continue
    mkdirSync(dirname(join(directory, place)), { recursive: true })
    writeFileSync(join(directory, place), text)
  }
}
