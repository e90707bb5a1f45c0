import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The directory of this buildpack: a checkout, an installed npm package or the unzipped package. The scripts that
 * run are its `dist/*.cjs` (in the tests: its sources).
 */
export function ownFolder(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'buildpack.toml'))) return folder
    if (folder === dirname(folder)) throw new Error(`no buildpack.toml in or above ${__dirname}`)
  }
}
