/** Finds the configuration (docs/reference/sidecars-yml.md, "Where it is looked for"): the first match wins. */
import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { InputError, type Problems } from '../problems/problems.ts'
import { attempt } from '../system/attempt.ts'
import type { Environment } from '../system/environment.ts'
import { readFailure, readForeignFile } from '../system/foreign-file.ts'
import { decodeText, MOST_BYTES, reportTooLarge } from './yaml/text.ts'

export interface ConfigText {
  /** Its name in messages. */
  readonly file: string
  readonly text: string
}

/** Relative to the app root. bin/detect has the same list, to skip Node.js for apps without one; a test compares them. */
export const APP_PLACES: readonly string[] = [
  'sidecars.yml',
  '.sidecars.yml',
  'BOOT-INF/classes/sidecars.yml',
  'WEB-INF/classes/sidecars.yml',
  'META-INF/sidecars.yml',
]

const CARRIED_PLACE = 'config/sidecars.yml'

/** The app's own configuration, or undefined if it has none or a problem was reported. */
export function appConfigText(appDir: string, env: Environment, problems: Problems): ConfigText | undefined {
  if (env.SIDECARS_CONFIG) return { file: '$SIDECARS_CONFIG', text: env.SIDECARS_CONFIG }
  if (env.SIDECARS_CONFIG_PATH) return namedByEnv(appDir, env.SIDECARS_CONFIG_PATH, problems)
  const found = APP_PLACES.filter((place) => isThere(join(appDir, place)))
  const [first, ...others] = found
  for (const other of others) {
    problems.warning(
      { file: other, line: 1, column: 1 },
      `ignored: ${first} takes precedence`,
      'keep one of them',
    )
  }
  if (first !== undefined) return readConfigFile(appDir, first, problems)
  hintAtOrangeConfig(appDir, problems)
  hintAtMisplaced(appDir, problems)
  return undefined
}

/** Warns about the ignored file of users of https://github.com/orange-cloudfoundry/sidecars-buildpack. */
function hintAtOrangeConfig(appDir: string, problems: Problems): void {
  const places = ['sidecars-config.yml', 'BOOT-INF/classes/sidecars-config.yml']
  for (const file of places.filter((place) => existsSync(join(appDir, place)))) {
    problems.warning(
      { file, line: 1, column: 1 },
      "ignored: this is the configuration of Orange's sidecars-buildpack",
      'write a sidecars.yml; docs/migration/from-orange-sidecars-buildpack.md shows how to convert it',
    )
  }
}

/** Other spellings at the app root, and either spelling one directory down. */
function hintAtMisplaced(appDir: string, problems: Problems): void {
  const names = ['sidecars.yml', 'sidecars.yaml']
  const directories = readdirSync(appDir, { withFileTypes: true })
    .filter((each) => each.isDirectory() && each.name !== 'node_modules')
    .slice(0, 100)
  const places = [
    'sidecars.yaml',
    '.sidecars.yaml',
    'sidecar.yml',
    ...directories.flatMap(({ name }) => names.map((each) => `${name}/${each}`)),
  ]
  for (const file of places.filter((place) => existsSync(join(appDir, place))))
    problems.warning(
      { file, line: 1, column: 1 },
      'this file is ignored',
      `move it to sidecars.yml in the app root, or set SIDECARS_CONFIG_PATH: ${file}`,
    )
}

/** The configuration of a buildpack, or undefined if it has none or a problem was reported. */
export function carriedConfigText(buildpackDir: string, problems: Problems): ConfigText | undefined {
  return isThere(join(buildpackDir, CARRIED_PLACE))
    ? readConfigFile(buildpackDir, CARRIED_PLACE, problems)
    : undefined
}

function namedByEnv(appDir: string, path: string, problems: Problems): ConfigText | undefined {
  if (isThere(join(appDir, path))) return readConfigFile(appDir, path, problems)
  problems.error(
    undefined,
    `SIDECARS_CONFIG_PATH is ${path}, which does not exist in the app`,
    'use a path relative to the app root',
  )
  return undefined
}

/** Whether the app has a configuration, at any of its places. */
export function hasAppConfig(appDir: string): boolean {
  return APP_PLACES.some((place) => isThere(join(appDir, place)))
}

/** True also for a broken link, which is an error, not a missing configuration. */
function isThere(path: string): boolean {
  return attempt(() => lstatSync(path)) !== undefined
}

function readConfigFile(root: string, path: string, problems: Problems): ConfigText | undefined {
  const start = { file: path, line: 1, column: 1 }
  if (!existsSync(join(root, path))) {
    problems.error(start, 'the file is a broken link', 'copy the file there')
    return undefined
  }
  try {
    const real = realpathSync.native(join(root, path))
    const top = realpathSync.native(root)
    if (real !== top && !real.startsWith(top + sep)) {
      problems.error(start, 'the file is outside the app', 'put it into the app')
      return undefined
    }
    const { size } = statSync(real)
    if (size > MOST_BYTES) {
      reportTooLarge(size, path, problems)
      return undefined
    }
    const bytes = readForeignFile(real, MOST_BYTES, { shown: 'the file', noFollow: true })
    const text = decodeText(bytes, path, problems)
    return text === undefined ? undefined : { file: path, text }
  } catch (thrown) {
    problems.error(start, thrown instanceof InputError ? thrown.message : `the file ${readFailure(thrown)}`)
    return undefined
  }
}
