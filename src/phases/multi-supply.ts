/** As the last buildpack, does for the earlier ones what libbuildpack's last buildpack does. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../log/log.ts'
import { earlierFolders } from '../platform/deps-folder.ts'
import { readForeignFile } from '../system/foreign-file.ts'
import { writeWhole } from './write-whole.ts'

/** Sourced first; libbuildpack's name for it. */
const MULTI_SUPPLY = '000_multi-supply.sh'

/** Fills the profile directory: `<i>_<name>` for each profile.d script, and the paths of each bin and lib, last index first. */
export function fillProfileDir(depsDir: string, index: string, profileDir: string, log: Log): void {
  const folders = [...earlierFolders(depsDir, index), index]
  mkdirSync(profileDir, { recursive: true })
  for (const folder of folders)
    copyProfileScripts(join(depsDir, folder, 'profile.d'), folder, profileDir, log)
  const text =
    exportLine('PATH', 'bin', folders, depsDir) + exportLine('LD_LIBRARY_PATH', 'lib', folders, depsDir)
  if (text !== '') writeWhole(join(profileDir, MULTI_SUPPLY), text, 0o644)
}

function copyProfileScripts(from: string, index: string, profileDir: string, log: Log): void {
  if (!existsSync(from)) return
  for (const name of readdirSync(from).sort()) {
    const stats = statSync(join(from, name))
    if (!stats.isFile()) continue
    if (/\s/.test(name))
      log.warning(
        `Cloud Foundry does not run the profile.d script ${JSON.stringify(name)}, because its name contains a space`,
      )
    const to = join(profileDir, `${index}_${name}`)
    rmSync(to, { recursive: true, force: true })
    writeFileSync(to, readForeignFile(join(from, name)), { flag: 'wx', mode: stats.mode })
  }
}

function exportLine(
  variable: string,
  subfolder: string,
  folders: readonly string[],
  depsDir: string,
): string {
  const paths = folders.filter((folder) => existsSync(join(depsDir, folder, subfolder))).reverse()
  if (paths.length === 0) return ''
  const joined = paths.map((folder) => `$DEPS_DIR/${folder}/${subfolder}`).join(':')
  return `export ${variable}="${joined}\${${variable}:+:$${variable}}"\n`
}
