/** Finds the app manifest as `cf push` does: `-f FILE`, `-f DIRECTORY`, else `./manifest.yml`. */
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { MOST_BYTES, reportTooLarge } from '../config/yaml/text.ts'
import {
  type AppManifest,
  type ManifestChoice,
  type ParsedManifest,
  parseAppManifest,
  selectApplication,
} from '../manifest/app-manifest.ts'
import { parseVariable, readVariablesFile, type Variables } from '../manifest/variables.ts'
import { InputError, type Problem, Problems } from '../problems/problems.ts'
import { visibleLine } from '../problems/visible.ts'
import { readForeignFile } from '../system/foreign-file.ts'
import { readInputText } from './input-text.ts'

export interface ManifestOptions {
  /** A file or a directory. */
  readonly manifest?: string
  /** The application in a manifest with several. */
  readonly app?: string
  /** Each is `name=value`. */
  readonly var?: readonly string[]
  readonly varsFile?: readonly string[]
}

/** An existing manifest, not read yet. */
export interface FoundManifest {
  /** Its name in messages. */
  readonly shown: string
  readonly path: string
  /** Whether the user passed it. */
  readonly isNamed: boolean
}

/** In this order. Source: cloudfoundry/cli, util/manifestparser/locator.go. */
const NAMES = ['manifest.yml', 'manifest.yaml']

/**
 * @returns undefined when none was passed and the working directory has none
 * @throws InputError when the given one does not exist
 */
export async function findManifest(
  { manifest }: ManifestOptions,
  cwd: string,
): Promise<FoundManifest | undefined> {
  const path = resolve(cwd, manifest ?? '.')
  const found = await stat(path).catch(() => undefined)
  if (manifest !== undefined && !found)
    throw new InputError(`-f: manifest ${visibleLine(manifest)} not found`)
  if (manifest !== undefined && !found?.isDirectory()) return { shown: manifest, path, isNamed: true }
  for (const name of NAMES) {
    const inFolder = await stat(join(path, name)).catch(() => undefined)
    if (!inFolder || inFolder.isDirectory()) continue
    const shown = manifest === undefined ? name : join(manifest, name)
    return { shown, path: join(path, name), isNamed: manifest !== undefined }
  }
  if (manifest !== undefined) throw new InputError(`${manifest} has no manifest.yml`)
  return undefined
}

export interface ReadManifest extends FoundManifest {
  /** Absent if it is too large. */
  readonly parsed?: ParsedManifest
  /** Those that are found before it is parsed. */
  readonly problems: readonly Problem[]
}

export async function readManifestFile(
  found: FoundManifest,
  options: ManifestOptions,
  cwd: string,
): Promise<ReadManifest> {
  const problems = new Problems()
  const bytes = await bytesOf(found.shown, found.path, problems)
  const variables = await variablesOf(options, cwd, problems)
  const parsed = bytes && parseAppManifest(bytes, found.shown, variables)
  return { ...found, problems: problems.sorted(), ...(parsed && { parsed }) }
}

/** @returns undefined when none is chosen, or a problem with the whole file was reported */
export function applicationOf(
  { parsed, problems: found }: ReadManifest,
  choice: ManifestChoice,
  problems: Problems,
): AppManifest | undefined {
  problems.add(found)
  return parsed && selectApplication(parsed, problems, choice)
}

async function bytesOf(shown: string, path: string, problems: Problems): Promise<Buffer | undefined> {
  const { size } = await stat(path)
  if (size > MOST_BYTES) {
    reportTooLarge(size, shown, problems)
    return undefined
  }
  return readForeignFile(path, MOST_BYTES, { shown })
}

/** Later files override earlier ones; `--var` overrides all of them. */
async function variablesOf(
  { var: written = [], varsFile = [] }: ManifestOptions,
  cwd: string,
  problems: Problems,
): Promise<Variables> {
  const variables: [string, Variables extends ReadonlyMap<string, infer V> ? V : never][] = []
  for (const file of varsFile)
    variables.push(...readVariablesFile(await readInputText('--vars-file', file, { cwd }), file, problems))
  for (const text of written) {
    const variable = parseVariable(text)
    if (variable) variables.push(variable as (typeof variables)[number])
    else problems.error(undefined, `--var ${text.split('=')[0]}: the value is not valid YAML`)
  }
  return new Map(variables)
}

/** A buildpack's manifest.yml is where `cf push` looks for an app manifest. */
export function isBuildpackManifest(path: string): boolean {
  const text = readForeignFile(path).toString()
  return /^language:/m.test(text) && !/^applications:/m.test(text)
}
