/** What the maker of a buildpack puts into it: the files of one folder. */
import { readdirSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { Problems } from '../../config/problems.ts'
import { readHead } from '../../system/foreign-file.ts'
import type { ZipEntry } from './zip-file.ts'

/** What a folder holds beside its files, and an earlier package of it. */
const LEFT_OUT = new Set(['.git', '.hg', '.svn', '.gitignore', '.gitattributes', '.DS_Store', 'Thumbs.db'])
const EARLIER_PACKAGE = /^[\w-]+_buildpack(-cached)?(-\w+)?-v[^/]*\.zip$/

/**
 * Links are followed, as long as they stay inside. What starts as a Linux program or a script is executable, also
 * where the file system has no such modes.
 */
export function carriedFiles(directory: string, problems: Problems): readonly ZipEntry[] {
  const top = realpathSync(directory)
  const entries: ZipEntry[] = []
  const walk = (folder: string, prefix: string, parents: readonly string[]) => {
    for (const name of readdirSync(folder).sort()) {
      if (LEFT_OUT.has(name) || (prefix === '' && EARLIER_PACKAGE.test(name))) continue
      const path = join(folder, name)
      const shown = prefix + name
      const real = realOf(path)
      if (real === undefined) problems.error(undefined, `${shown} is a link to nowhere`, 'remove it')
      else if (real !== top && !real.startsWith(top + sep)) {
        problems.error(undefined, `${shown} is a link out of ${directory}`, 'put the file itself there')
      } else if (parents.includes(real))
        problems.error(undefined, `${shown} is a link to a folder that holds it`)
      else {
        const stat = statSync(real)
        if (stat.isDirectory()) walk(real, `${shown}/`, [...parents, real])
        else if (!stat.isFile()) problems.error(undefined, `${shown} is no regular file`)
        else if (/[\\\p{Cc}]/u.test(name)) {
          problems.error(
            undefined,
            `${JSON.stringify(shown)}: zip archives cannot hold this name`,
            'rename it',
          )
        } else {
          const executable = (stat.mode & 0o111) !== 0 || startsAsProgram(real)
          entries.push({ name: shown, executable, content: { file: real } })
        }
      }
    }
  }
  walk(top, '', [top])
  return entries
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

/** An ELF header or an interpreter line. */
function startsAsProgram(file: string): boolean {
  const start = readHead(file, 4).toString('latin1')
  return start === '\x7fELF' || start.startsWith('#!')
}
