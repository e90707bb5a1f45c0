/** The directories in an app that `vendor` writes to: the one for the files, and a temporary one. */
import { lstatSync, mkdirSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { join, sep } from 'node:path'
import { InputError } from '../../problems/problems.ts'
import { runningProcess } from '../../system/running-process.ts'
import { writeFailure } from '../../system/write-failure.ts'
import { VENDOR_FOLDER } from './vendor-sources.ts'

/** With the id of the process. */
const SCRATCH = /^\.sidecars-vendor-(\d+)$/

/** @throws InputError when the path is outside the app or not a directory */
export function requireDirectories(appDir: string): void {
  const root = realpathSync.native(appDir)
  const [parent = ''] = VENDOR_FOLDER.split('/')
  for (const path of [parent, VENDOR_FOLDER]) {
    const whole = join(appDir, path)
    const stats = lstatSync(whole, { throwIfNoEntry: false })
    if (stats?.isSymbolicLink() && !leadsInto(root, whole)) {
      throw new InputError(`${path} is a link out of the app, and vendor writes there; remove it`)
    }
    if (stats && !stats.isSymbolicLink() && !stats.isDirectory()) {
      throw new InputError(`${path} is not a directory, and vendor writes there; rename it`)
    }
  }
}

/** An empty directory in the app, on the same disk as the result. Removes those of killed runs. */
export function scratchFolder(appDir: string): string {
  const folder = join(appDir, `.sidecars-vendor-${process.pid}`)
  try {
    for (const name of readdirSync(appDir).filter(isLeftOver))
      rmSync(join(appDir, name), { recursive: true, force: true })
    mkdirSync(folder)
    return folder
  } catch (thrown) {
    throw new InputError(`${appDir} cannot be written: ${writeFailure(thrown)}`)
  }
}

function isLeftOver(name: string): boolean {
  const owner = Number(SCRATCH.exec(name)?.[1])
  return owner === process.pid || (owner > 0 && runningProcess(owner) === undefined)
}

function leadsInto(root: string, path: string): boolean {
  try {
    return realpathSync.native(path).startsWith(root + sep)
  } catch {
    return false
  }
}
