import { accessSync, constants, type Dirent, readdirSync, readlinkSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { isAbsolute, join, posix } from 'node:path'
import { type IsIgnored, ignoredByPush } from '../lifecycle/push/cfignore.ts'
import { statApp } from '../lifecycle/push/given-app.ts'
import { pushApp } from '../lifecycle/push/push.ts'
import { readForeignFileIfThere } from '../system/foreign-file.ts'
import { withTemporaryFolder } from '../system/temporary-folder.ts'

/**
 * Calls `use` with a directory of the files that `cf push` would push: without ignored files, a jar, war or zip unpacked.
 * The files must not be changed: they may be the app's files, or hard links to them.
 * @throws InputError when there is no such app
 */
export async function withPushedFiles<T>(app: string, use: (folder: string) => Promise<T>): Promise<T> {
  if ((await statApp(app)).isDirectory() && isPushedWhole(app)) return use(await realpath(app))
  return withTemporaryFolder('app-', async (folder) => {
    await pushApp({ app, buildDir: folder, asLinks: true })
    return use(folder)
  })
}

/**
 * Whether a directory is what `cf push` makes of it, so that checks can read it in place. Files at its root that the CLI
 * ignores by itself (`manifest.yml`, `.git`) do not count: no check reads them.
 */
function isPushedWhole(app: string): boolean {
  try {
    const isIgnored = ignoredByPush(readForeignFileIfThere(join(app, '.cfignore'))?.toString())
    const entries = readdirSync(app, { withFileTypes: true }).filter(({ name }) => !ignoredByCli(name))
    return isWhole({ app, path: '', isIgnored }, entries)
  } catch {
    return false
  }
}

const ignoredByCli = ignoredByPush()

interface Folder {
  readonly app: string
  /** Relative to the app root; empty for the root. */
  readonly path: string
  readonly isIgnored: IsIgnored
}

/** Empty directories are not pushed. @throws when something cannot be read */
function isWhole({ app, path, isIgnored }: Folder, entries: readonly Dirent[]): boolean {
  return (
    entries.length > 0 &&
    entries.every((entry) => {
      const inner = posix.join(path, entry.name)
      const file = join(app, inner)
      if (entry.isDirectory())
        return isWhole({ app, path: inner, isIgnored }, readdirSync(file, { withFileTypes: true }))
      if (isIgnored(inner)) return false
      if (entry.isSymbolicLink()) return staysInside(inner, readlinkSync(file))
      accessSync(file, constants.R_OK)
      return entry.isFile()
    })
  )
}

/** Otherwise it leads elsewhere after the push. */
function staysInside(link: string, target: string): boolean {
  return !isAbsolute(target) && !posix.join(posix.dirname(link), target).startsWith('..')
}
