/**
 * Reads a Cloud Foundry app manifest (`manifest.yml`) as `cf push` and then Cloud Controller do: an error is what one of
 * the two refuses.
 * Specification: https://docs.cloudfoundry.org/devguide/deploy-apps/manifest-attributes.html
 */

import { decodeGoYaml } from '../platform/go/yaml/decode.ts'
import { GoYamlError } from '../platform/go/yaml/error.ts'
import { type LocatedList, type LocatedMap, type LocatedValue, located } from '../platform/go/yaml/located.ts'
import { decodeYamlText } from '../platform/go/yaml/parse.ts'
import { goScalarText } from '../platform/go/yaml/write-scalar.ts'
import { Places } from '../problems/places.ts'
import { type Place, type Problem, Problems } from '../problems/problems.ts'
import { readApplication, type SentApplication } from './application.ts'
import { Attributes } from './attributes.ts'
import {
  checkCnbCredentials,
  type Lifecycle,
  readBuildpacks,
  readLifecycle,
  readStack,
} from './buildpacks.ts'
import { readEnvironment } from './environment.ts'
import { checkFeatures, checkMetadata } from './metadata.ts'
import { isMta, mtaAsManifest } from './mta.ts'
import { type ManifestProcess, readProcesses } from './processes.ts'
import { checkRoutes } from './routes.ts'
import { readServices } from './services.ts'
import { type ManifestSidecar, readSidecars } from './sidecars.ts'
import { warnAboutRootKeys, warnAboutUnknownKeys } from './unknown-keys.ts'
import { isBlankText, member, type PlaceOf, Sender } from './values.ts'
import { fillVariables, type Variables } from './variables.ts'
import { applyWrittenMerges } from './written-merges.ts'

export interface AppManifest {
  readonly name: string
  readonly place: Place
  /** Relative to the manifest, as written; undefined if not set. */
  readonly path?: string
  readonly lifecycle: Lifecycle
  /** As written, in order; empty if there are none: the platform then detects the buildpack. */
  readonly buildpacks: readonly string[]
  readonly stack?: string
  /** The variables that the platform gives every process, as strings. */
  readonly env: ReadonlyMap<string, string>
  /** The processes in the manifest. Keys of the application apply to `web`, unless `processes` lists web. */
  readonly processes: ReadonlyMap<string, ManifestProcess>
  /** Unique names. */
  readonly sidecars: readonly ManifestSidecar[]
  /** Names of the service instances to be bound. */
  readonly services: readonly string[]
}

export type { ManifestSidecar } from './sidecars.ts'

export interface ManifestChoice {
  /** Selects one of several applications; also names an application that has no name. */
  readonly application?: string
  /** Selects one of several applications if no name is given. */
  readonly prefer?: (application: { readonly name: string; readonly path: string | undefined }) => boolean
}

/** A manifest without its choice of an application: of several, each is chosen from the same one. */
export interface ParsedManifest {
  /** Absent if it cannot be read. */
  readonly list?: LocatedList
  /** The names of all applications, empty for one without a name. */
  readonly names: readonly string[]
  /** Problems with the whole file. */
  readonly problems: readonly Problem[]
  /** What the CLI reports of every application, whichever is pushed. */
  readonly ofApplications: readonly Problem[]
  readonly written?: LocatedValue
  readonly root?: LocatedValue
  readonly placeOf: PlaceOf
  readonly restOfLine: (place: Place) => string
}

/** @param file the name of the manifest in messages */
export function parseAppManifest(
  input: string | Uint8Array,
  file: string,
  variables: Variables = new Map(),
): ParsedManifest {
  const problems = new Problems()
  const text = textOf(input, file, problems)
  const places = new Places(file, text ?? '')
  const placeOf: PlaceOf = (offset) => places.at(offset)
  const lines = text?.split(/\r\n|[\n\r]/) ?? []
  const restOfLine = ({ line, column }: Place) => (lines[line - 1] ?? '').slice(column - 1)
  const written = text === undefined ? undefined : parseYaml(text, placeOf, problems)
  const root = written && rootOf(written, variables, placeOf, problems)
  const list = root && applicationsOf(root, placeOf, problems)
  const ofApplications = new Problems()
  for (const each of list?.items ?? [])
    readApplication(each, new Sender(placeOf, new Problems()), ofApplications)
  return {
    names: list?.items.map(nameOf) ?? [],
    problems: problems.sorted(),
    ofApplications: ofApplications.sorted(),
    ...(written && { written }),
    ...(root && { root }),
    ...(list && { list }),
    placeOf,
    restOfLine,
  }
}

/** @returns undefined if no application is selected, or there is a problem with the whole file */
export function selectApplication(
  manifest: ParsedManifest,
  problems: Problems,
  choice: ManifestChoice = {},
): AppManifest | undefined {
  const { written, root, list, placeOf } = manifest
  problems.add(manifest.problems)
  const { application } = choice
  if (written && isMta(written))
    mtaAsManifest(written, (name) => name === (application ?? name), placeOf, problems)
  const chosen = list && chooseApplication(manifest, list, problems, choice)
  if (!chosen || root?.kind !== 'map') return undefined
  warnAboutRootKeys(root, placeOf, problems)
  warnAboutUnknownKeys(chosen.written, placeOf, problems)
  return assemble(chosen, manifest.restOfLine, problems)
}

function parseYaml(text: string, placeOf: PlaceOf, problems: Problems): LocatedValue | undefined {
  const { value, error } = decodeGoYaml(text, located)
  if (!error) {
    warnAboutRepeatedKeys(value, placeOf, problems)
    return value
  }
  const at = error.offset ?? 0
  const instead = text[at] === '\t' ? 'indent with spaces, not with tabs' : undefined
  problems.error(placeOf(at), `not valid YAML: ${reasonOf(error)}`, instead)
  return undefined
}

/** With variables and merge keys applied, an MTA descriptor as an app manifest. */
function rootOf(
  written: LocatedValue,
  variables: Variables,
  placeOf: PlaceOf,
  problems: Problems,
): LocatedValue {
  return isMta(written)
    ? mtaAsManifest(written, () => false, placeOf, problems)
    : applyWrittenMerges(fillVariables(written, variables, placeOf, problems), placeOf, problems)
}

function textOf(input: string | Uint8Array, file: string, problems: Problems): string | undefined {
  try {
    return decodeYamlText(input)
  } catch (thrown) {
    if (!(thrown instanceof GoYamlError)) throw thrown
    problems.error({ file, line: 1, column: 1 }, 'the file is not UTF-8 text', 'save it as UTF-8')
    return undefined
  }
}

/** Removes quotations of the file from the parser's message: they may be secret. */
function reasonOf({ message }: GoYamlError): string {
  return message.replace(/^yaml: /, '').replace(/ ?(`[^`]*`|'[^']*')/g, '')
}

/** The CLI does not use yaml.v2's strict mode, so the last value wins. Source: util/manifestparser/parser.go. */
function warnAboutRepeatedKeys(value: LocatedValue, placeOf: PlaceOf, problems: Problems): void {
  if (value.kind === 'list') for (const each of value.items) warnAboutRepeatedKeys(each, placeOf, problems)
  if (value.kind !== 'map') return
  for (const key of value.repeated)
    problems.warning(
      placeOf(key.offset),
      `duplicate key ${goScalarText(key)}: the last one is used`,
      'keep one of them',
    )
  for (const each of value.entries) warnAboutRepeatedKeys(each.value, placeOf, problems)
}

const EXAMPLE = 'write applications: and below it - name: my-app'

function applicationsOf(root: LocatedValue, placeOf: PlaceOf, problems: Problems): LocatedList | undefined {
  const found = root.kind === 'map' ? member(root, 'applications') : undefined
  if (root.kind === 'map') checkVersion(member(root, 'version'), placeOf, problems)
  if (found?.kind === 'list' && found.items.length > 0) return found
  const place = placeOf((found ?? root).offset)
  const other = root.kind === 'map' ? otherKindOf(root) : undefined
  if (other) problems.error(place, `this is ${other.what}, not an app manifest`, other.instead)
  else if (root.kind === 'list')
    problems.error(place, 'the manifest is a list', 'write applications: before it')
  else if (root.kind === 'null') problems.error(place, 'the manifest is empty', EXAMPLE)
  else problems.error(place, 'the manifest has no list of applications', EXAMPLE)
  return undefined
}

/** Recognises other files that users pass by mistake. */
function otherKindOf(root: LocatedMap): { readonly what: string; readonly instead: string } | undefined {
  const has = (...keys: readonly string[]) => keys.every((key) => member(root, key) !== undefined)
  if (has('apiVersion', 'kind'))
    return { what: 'a Kubernetes file', instead: `pass an app manifest: ${EXAMPLE}` }
  if (has('apps')) return { what: 'a file with apps:', instead: 'rename apps: to applications:' }
  if (has('sidecars')) return { what: 'a sidecars.yml', instead: `pass an app manifest: ${EXAMPLE}` }
  return has('language') || has('dependencies')
    ? { what: "a buildpack's manifest.yml", instead: `pass an app manifest: ${EXAMPLE}` }
    : undefined
}

/** The CLI reads a whole number and omits 0; Cloud Controller accepts 1. */
function checkVersion(version: LocatedValue | undefined, placeOf: PlaceOf, problems: Problems): void {
  if (!version || version.kind === 'null') return
  const number =
    version.kind === 'integer' || version.kind === 'float' ? Math.trunc(Number(version.value)) : undefined
  if (number === 0 || number === 1) return
  problems.error(placeOf(version.offset), 'the only supported manifest version is 1', 'use version: 1')
}

function chooseApplication(
  { names, placeOf, ofApplications }: ParsedManifest,
  { items, offset }: LocatedList,
  problems: Problems,
  { application, prefer }: ManifestChoice,
): SentApplication | undefined {
  const only = items.length === 1
  if (!only && names.includes('')) {
    const at = items[names.indexOf('')]
    problems.error(at && placeOf(at.offset), 'an application has no name', 'add for example name: my-app')
    return undefined
  }
  const preferred = items.filter((item) => prefer?.({ name: nameOf(item), path: stringOf(item, 'path') }))
  const chosen =
    application !== undefined
      ? (items[names.indexOf(application)] ?? (only && names[0] === '' ? items[0] : undefined))
      : only
        ? items[0]
        : preferred.length === 1
          ? preferred[0]
          : undefined
  if (!chosen) {
    const place = placeOf(offset)
    if (application === undefined) {
      const what = `the manifest has ${items.length} applications`
      problems.error(place, what, `choose one with --app: ${names.join(', ')}`)
    } else
      problems.error(place, `the manifest has no application ${application}`, `it has ${names.join(', ')}`)
    return undefined
  }
  // The CLI checks every application, Cloud Controller only the one that is pushed.
  problems.add(ofApplications)
  return readApplication(named(chosen, application), new Sender(placeOf, problems), problems)
}

function stringOf(item: LocatedValue, key: string): string | undefined {
  const value = item.kind === 'map' ? member(item, key) : undefined
  return value && value.kind !== 'list' && value.kind !== 'map' && value.kind !== 'null'
    ? goScalarText(value)
    : undefined
}

const nameOf = (item: LocatedValue) => stringOf(item, 'name') ?? ''

/** Names an application without a name, as `cf push NAME` does. */
function named(item: LocatedValue, name: string | undefined): LocatedValue {
  if (name === undefined || item.kind !== 'map' || nameOf(item) !== '') return item
  const { offset } = item
  const key = { kind: 'string', value: 'name', offset } as const
  const others = item.entries.filter((each) => goScalarText(each.key) !== 'name')
  return { ...item, entries: [{ key, value: { kind: 'string', value: name, offset } }, ...others] }
}

/** Cloud Controller's checks, in the order of its message. */
function assemble(
  { sent }: SentApplication,
  restOfLine: (place: Place) => string,
  problems: Problems,
): AppManifest {
  const app = new Attributes(sent, '', problems)
  const { place } = app
  const name = app.text('name') ?? ''
  if (isBlankText(name)) problems.error(place, 'the application has no name', 'add for example name: my-app')
  const stack = readStack(app)
  const path = app.text('path')
  checkRoutes(app)
  checkMetadata(app)
  checkFeatures(app)
  checkCnbCredentials(app)
  return Object.freeze({
    name,
    place,
    ...(path !== undefined && { path }),
    lifecycle: readLifecycle(app),
    buildpacks: readBuildpacks(app),
    ...(stack !== undefined && { stack }),
    env: readEnvironment(app, restOfLine),
    processes: readProcesses(app),
    sidecars: readSidecars(app),
    services: readServices(app),
  })
}
