/**
 * The files that `cf push` uploads: a directory without ignored files, or an unpacked archive.
 * Source: https://docs.cloudfoundry.org/devguide/deploy-apps/deploy-app.html and the CLI's modes.
 */
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  readlinkSync,
  type Stats,
  symlinkSync,
} from 'node:fs'
import { chmod, copyFile, readdir, realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { makePlatformFolder } from '../../platform/umask.ts'
import { InputError } from '../../problems/problems.ts'
import { NEW_FILE, openChecked, pathOfOpenFile } from '../../system/checked-file.ts'
import { readForeignFileIfThere } from '../../system/foreign-file.ts'
import { withFileSync } from '../../zip/byte-source.ts'
import { type IsIgnored, ignoredByPush } from './cfignore.ts'
import { statApp } from './given-app.ts'

/** The CLI's modes for every file of an archive, and for every directory of an app. */
const ARCHIVED_FILE = 0o744
const FOLDER = 0o755

interface Push {
  /** A directory, jar, war or zip. */
  readonly app: string
  /** An existing, empty directory. */
  readonly buildDir: string
  /** A directory in the app to leave out: the output of the staging. */
  readonly except?: string
  /** Makes hard links instead of copies, if the file system supports them: fast, for readers only. */
  readonly asLinks?: boolean
}

/** @throws InputError when the app is missing or contains files that cannot be pushed */
export async function pushApp({ app, buildDir, except, asLinks = false }: Push): Promise<void> {
  const found = await statApp(app)
  await chmod(buildDir, FOLDER)
  if (!found.isDirectory()) {
    const [{ explode }, { readPushedArchive }] = await Promise.all([
      import('./explode.ts'),
      import('./pushed-archive.ts'),
    ])
    const name = basename(app)
    await explode({
      archive: app,
      name,
      target: buildDir,
      fileMode: () => ARCHIVED_FILE,
      isIgnored: withFileSync(app, name, readPushedArchive).isIgnored,
      withoutEmptyFolders: true,
    })
    return
  }
  const root = await realpath(app)
  const count = await copyFolder({
    from: Buffer.from(app),
    to: Buffer.from(buildDir),
    path: '',
    isIgnored: ignoredByPush(readForeignFileIfThere(join(app, '.cfignore'))?.toString()),
    except,
    place: asLinks ? linkFileIn(root) : copyFileIn(root),
  })
  if (count > 0) return
  throw new InputError(
    (await readdir(app)).length === 0
      ? `${app} is empty; there is nothing to push`
      : `${app} has no files to push: cf push ignores manifest.yml, .git, .gitignore and what .cfignore lists; pass the directory of the app`,
  )
}

/** Paths are bytes, because file names may not be valid UTF-8. */
interface FolderCopy {
  readonly from: Buffer
  readonly to: Buffer
  /** Path of `from`, relative to the app root. */
  readonly path: string
  readonly isIgnored: IsIgnored
  readonly except: string | undefined
  readonly place: PlaceFile
}

type PlaceFile = (source: Buffer, target: Buffer, stats: Stats) => Promise<void>

/**
 * Makes no empty directories: Cloud Controller removes directories from the uploaded archive, so that only those of files
 * remain. Source: cloudfoundry/cloud_controller_ng, `remove_dirs_from_zip` in `lib/cloud_controller/app_packager.rb`.
 *
 * @returns the number of copied files and links. An ignored directory may contain files that are not.
 */
async function copyFolder({ from, to, path, isIgnored, except, place }: FolderCopy): Promise<number> {
  let count = 0
  let isMade = false
  for (const entry of await readdir(from, { withFileTypes: true, encoding: 'buffer' })) {
    const source = within(from, entry.name)
    const target = within(to, entry.name)
    const relative = path ? `${path}/${entry.name}` : String(entry.name)
    if (String(source) === except) continue
    if (entry.isDirectory()) {
      count += await copyFolder({ from: source, to: target, path: relative, isIgnored, except, place })
    } else if (!isIgnored(relative)) {
      if (!isMade) makePlatformFolder(to)
      isMade = true
      await copyEntry(source, target, place)
      if (++count % BETWEEN_SIGNALS === 0) await setImmediate()
    }
  }
  return count
}

const within = (folder: Buffer, name: Buffer) => Buffer.concat([folder, Buffer.from('/'), name])

async function copyEntry(source: Buffer, target: Buffer, place: PlaceFile): Promise<void> {
  const stats = lstatSync(source)
  if (stats.isFile()) await place(source, target, stats)
  else if (stats.isSymbolicLink()) symlinkSync(readlinkSync(source, { encoding: 'buffer' }), target)
  else
    throw new InputError(
      `${source} is not a file, directory or link, so cf push cannot push it; list it in .cfignore`,
    )
}

/** Files of a directory; after so many, a signal is handled. */
const BETWEEN_SIGNALS = 50

/** From here on a copy, in bytes, leaves time for signals. */
const LARGE = 8 * 1024 * 1024

/** @param root real path of the app */
function copyFileIn(root: string): PlaceFile {
  return async (source, target, stats) => {
    const fd = openChecked(source, stats, root)
    const from = pathOfOpenFile(fd, source)
    try {
      if (stats.size < LARGE) copyFileSync(from, target, NEW_FILE)
      else await copyFile(from, target, NEW_FILE)
      chmodSync(target, stats.mode & 0o777)
    } finally {
      closeSync(fd)
    }
  }
}

function linkFileIn(root: string): PlaceFile {
  const copy = copyFileIn(root)
  return async (source, target, stats) => {
    try {
      accessSync(source, constants.R_OK)
      linkSync(source, target)
    } catch {
      await copy(source, target, stats)
    }
  }
}
