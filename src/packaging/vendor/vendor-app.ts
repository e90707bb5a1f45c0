/** `vendor`: stores the files of `uri` and `dependency` sources of an app's `sidecars.yml` in the app. */
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { appConfigText } from '../../config/locate.ts'
import { readSidecarsYml } from '../../config/read.ts'
import { ignoredByPush } from '../../lifecycle/push/cfignore.ts'
import { InputError, type Problem, Problems } from '../../problems/problems.ts'
import { visibleLine } from '../../problems/visible.ts'
import type { SourceContext } from '../../sources/index.ts'
import { attempt } from '../../system/attempt.ts'
import { readForeignFileIfThere, readHead } from '../../system/foreign-file.ts'
import { removeWhenInterrupted } from '../../system/interrupted.ts'
import { runningProcess } from '../../system/running-process.ts'
import { writeFailure } from '../../system/write-failure.ts'
import { VENDOR_FOLDER, type VendorableFile, type Vendored, vendorSources } from './vendor-sources.ts'

/** A temporary directory in the app, with the id of the process. */
const SCRATCH = /^\.sidecars-vendor-(\d+)$/

interface VendorRequest {
  /** The directory of the app; its files and its `sidecars.yml` are changed. */
  readonly appDir: string
  readonly sources: Omit<SourceContext, 'appDir'>
}

export interface VendorResult {
  /** The configuration file, relative to the app root. */
  readonly file: string
  readonly vendored: readonly Vendored[]
  readonly warnings: readonly Problem[]
}

/** @throws InputError when something is wrong; the app is unchanged then */
export async function vendorApp({ appDir, sources }: VendorRequest): Promise<VendorResult> {
  if (!statSync(appDir, { throwIfNoEntry: false })?.isDirectory()) {
    throw new InputError(
      `${visibleLine(appDir)} is not a directory; run vendor on the directory that is pushed`,
    )
  }
  const problems = new Problems()
  const own = readOwn(appDir, problems)
  requireDirectories(appDir)
  const scratch = scratchFolder(appDir)
  const release = removeWhenInterrupted(scratch)
  try {
    const context = { ...sources, appDir }
    const { text, vendored } = await vendorSources(
      own,
      { context, into: scratch, taken: named(own.text), notes: true },
      problems,
    )
    const warnings = [...problems.sorted(), ...ignored(appDir, vendored)]
    for (const { folder } of vendored) moveIntoPlace(scratch, appDir, folder)
    if (vendored.length > 0) replaceFile(join(appDir, own.file), text, scratch)
    return { file: own.file, vendored, warnings }
  } finally {
    await rm(scratch, { recursive: true, force: true })
    release()
  }
}

function readOwn(appDir: string, problems: Problems): VendorableFile {
  const found = appConfigText(appDir, {}, problems)
  const config = found && readSidecarsYml(found, problems)
  problems.throwIfErrors()
  if (!found || !config) throw new InputError(`${appDir} has no sidecars.yml, nothing to vendor`)
  return { ...found, config, origin: { kind: 'app' } }
}

/** Directories that other sources of the text use already. */
function named(text: string): readonly string[] {
  return [...text.matchAll(/vendor\/sidecars\/([\w.-]+)/g)].flatMap(([, folder]) => folder ?? [])
}

/** Warns about vendored files that `cf push` would ignore, with the line of `.cfignore` that ignores the first one. */
function ignored(appDir: string, vendored: readonly Vendored[]): readonly Problem[] {
  const file = '.cfignore'
  const text = readForeignFileIfThere(join(appDir, file))?.toString() ?? ''
  const [isIgnored, isAlwaysIgnored] = [ignoredByPush(text), ignoredByPush()]
  // No line ignores a file that the CLI never pushes, such as manifest.yml.
  const first = vendored.find(({ path }) => isIgnored(path) && !isAlwaysIgnored(path))
  if (!first) return []
  const lines = text.split('\n')
  const line = lines.findLastIndex((each) => ignoredByPush(each)(first.path))
  const place = { file, line: line + 1, column: 1 }
  const what = `${lines[line]?.trim()} keeps ${first.path} from being pushed`
  return [{ severity: 'warning', place, what, instead: `add !${VENDOR_FOLDER}/ below it, or remove it` }]
}

/** Replaces the files of an earlier run. */
function moveIntoPlace(scratch: string, appDir: string, folder: string): void {
  const target = join(appDir, VENDOR_FOLDER, folder)
  mkdirSync(join(appDir, VENDOR_FOLDER), { recursive: true })
  rmSync(target, { recursive: true, force: true })
  renameSync(join(scratch, folder), target)
}

/** Uses a rename; keeps a byte order mark, the mode, and a link to another file of the app. */
function replaceFile(named: string, text: string, scratch: string): void {
  const path = realpathSync.native(named)
  const mark = readHead(path, 3).equals(Buffer.from('\ufeff')) ? '\ufeff' : ''
  const unfinished = join(scratch, '.sidecars.yml')
  writeFileSync(unfinished, mark + text, { mode: statSync(path).mode & 0o777 })
  renameSync(unfinished, path)
}

/** @throws InputError when the path is outside the app or not a directory */
function requireDirectories(appDir: string): void {
  const root = realpathSync.native(appDir)
  const [parent = ''] = VENDOR_FOLDER.split('/')
  for (const path of [parent, VENDOR_FOLDER]) {
    const whole = join(appDir, path)
    const stats = lstatSync(whole, { throwIfNoEntry: false })
    if (stats?.isSymbolicLink() && !attempt(() => realpathSync.native(whole).startsWith(root + sep))) {
      throw new InputError(`${path} is a link out of the app, and vendor writes there; remove it`)
    }
    if (stats && !stats.isSymbolicLink() && !stats.isDirectory()) {
      throw new InputError(`${path} is not a directory, and vendor writes there; rename it`)
    }
  }
}

/** An empty directory in the app, on the same disk as the result. Removes those of killed runs. */
function scratchFolder(appDir: string): string {
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
