/** The files of your own buildpack: those of one directory. */
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { Problems } from '../../problems/problems.ts'
import { attempt } from '../../system/attempt.ts'
import { kindName, startsAsProgram } from '../../system/foreign-file.ts'
import { isPackage } from './is-package.ts'
import { type PackagedFile, packagedFile } from './zip-file.ts'

/** Files of version control and of desktops, and earlier packages of the directory by their usual name. */
const LEFT_OUT = new Set(['.git', '.hg', '.svn', '.gitignore', '.gitattributes', '.DS_Store', 'Thumbs.db'])
const EARLIER_PACKAGE = /^[\w-]+_buildpack(-cached)?(-\w+)?-v[^/]*\.zip$/

/**
 * Follows links that stay inside. Leaves out packages, which earlier runs made. Linux programs and scripts are executable, even if the file system has no such modes.
 */
export function carriedFiles(directory: string, problems: Problems): readonly PackagedFile[] {
  const top = realpathSync(directory)
  const entries: PackagedFile[] = []
  const walk = (folder: string, prefix: string, parents: readonly string[]) => {
    for (const name of readdirSync(folder).sort()) {
      if (LEFT_OUT.has(name) || (prefix === '' && EARLIER_PACKAGE.test(name))) continue
      const path = join(folder, name)
      const shown = prefix + name
      const real = attempt(() => realpathSync(path))
      if (real === undefined) problems.error(undefined, `${shown} is a broken link`, 'remove it')
      else if (real !== top && !real.startsWith(top + sep)) {
        problems.error(undefined, `${shown} is a link to a file outside ${directory}`, 'copy the file')
      } else if (parents.includes(real))
        problems.error(undefined, `${shown} is a link to a directory that contains it`, 'remove it')
      else {
        const stat = statSync(real)
        if (stat.isDirectory()) walk(real, `${shown}/`, [...parents, real])
        else if (!stat.isFile())
          problems.error(undefined, `${shown} is ${kindName(stat)}, expected a file`, 'remove it')
        else if (/[\\\p{Cc}]/u.test(name)) {
          problems.error(
            undefined,
            `zip archives do not support the file name ${JSON.stringify(shown)}`,
            'rename it',
          )
        } else if (!name.endsWith('.zip') || !isPackage(real)) {
          const executable = (stat.mode & 0o111) !== 0 || startsAsProgram(real)
          entries.push(packagedFile(shown, real, executable))
        }
      }
    }
  }
  walk(top, '', [top])
  return entries
}
