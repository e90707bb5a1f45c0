/**
 * A buildpack's `manifest.yml` in libbuildpack's format: its dependencies with their URIs and stacks.
 * Ignores unknown keys, as libbuildpack does: manifests contain keys of many tools.
 * Conventions: https://docs.cloudfoundry.org/buildpacks/understand-buildpacks.html, and libbuildpack's manifest.go.
 */
import { join } from 'node:path'
import { reportFileUri } from '../config/uri.ts'
import { isNull, type MapNode, type YamlNode } from '../config/yaml/nodes.ts'
import { parseYaml } from '../config/yaml/parse.ts'
import { InputError, type Place, type Problems } from '../problems/problems.ts'
import { readForeignFileIfThere } from '../system/foreign-file.ts'

export interface Manifest {
  readonly dependencies: readonly ManifestDependency[]
  readonly defaultVersions: readonly DefaultVersion[]
  readonly deprecations: readonly Deprecation[]
}

export interface ManifestDependency {
  readonly name: string
  readonly version: string
  readonly uri: string
  /** 64 lower-case hex digits. */
  readonly sha256: string
  /** Empty: for every stack (the manifest of a single stack lists none). */
  readonly stacks: readonly string[]
  /** Its path in a cached buildpack, relative to the buildpack's directory. */
  readonly file?: string
  readonly place: Place
}

/** @param stack undefined: any */
export function isForStack(stacks: readonly string[], stack: string | undefined): boolean {
  return stack === undefined || stacks.length === 0 || stacks.includes(stack)
}

/** `version` is a version line: `1.x`, `1.2.x`, `~> 1.2`, `1.2.3`. */
interface DefaultVersion {
  readonly name: string
  readonly version: string
  readonly place: Place
}

interface Deprecation {
  readonly name: string
  readonly versionLine: string
  /** The day on which support ends, UTC. */
  readonly date: Date
  readonly link?: string
}

const EMPTY: Manifest = { dependencies: [], defaultVersions: [], deprecations: [] }

/** @returns the valid entries; a buildpack without a manifest has no dependencies */
export function readManifest(buildpackDir: string, problems: Problems): Manifest {
  let text: string
  try {
    text = readForeignFileIfThere(join(buildpackDir, 'manifest.yml'))?.toString() ?? ''
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown
    problems.add(thrown.problems)
    return EMPTY
  }
  return parseManifest(text, "the buildpack's manifest.yml", problems)
}

/** @param file its name in messages */
export function parseManifest(text: string, file: string, problems: Problems): Manifest {
  const root = parseYaml(text, file, problems)
  if (!root || isNull(root)) return EMPTY
  if (root.kind !== 'map') {
    problems.error(root.place, "a buildpack's manifest must be a map")
    return EMPTY
  }
  const items = <T>(key: string, read: (item: MapNode, problems: Problems) => T | undefined): readonly T[] =>
    listOfMaps(root, key, problems).flatMap((item) => read(item, problems) ?? [])
  const stack = fieldText(root, 'stack', problems)
  return {
    dependencies: items('dependencies', (item) => readDependency(item, stack, problems)),
    defaultVersions: items('default_versions', readDefault),
    deprecations: items('dependency_deprecation_dates', readDeprecation),
  }
}

function readDependency(
  item: MapNode,
  stack: string | undefined,
  problems: Problems,
): ManifestDependency | undefined {
  const name = required(item, 'name', 'dependency', problems)
  const version = required(item, 'version', 'dependency', problems)
  const uri = required(item, 'uri', 'dependency', problems)
  const sha256 = required(item, 'sha256', 'dependency', problems)
  const stacks = stack === undefined ? textsOf(item, 'cf_stacks', problems) : [stack]
  const file = fieldText(item, 'file', problems)
  if (name === undefined || version === undefined || uri === undefined || sha256 === undefined)
    return undefined
  if (!/^(https?|file):/i.test(uri) || !URL.canParse(uri)) {
    problems.error(fieldPlace(item, 'uri'), `uri of ${name} ${version} is not an http, https or file URI`)
    return undefined
  }
  const report = (what: string, instead: string) =>
    problems.error(fieldPlace(item, 'uri'), `uri of ${name} ${version} ${what}`, instead)
  if (reportFileUri(uri, report)) return undefined
  if (!/^[0-9a-f]{64}$/i.test(sha256)) {
    const what = `sha256 of ${name} ${version} is not a SHA-256 checksum`
    problems.error(fieldPlace(item, 'sha256'), what, 'use the 64 hex digits that sha256sum prints')
    return undefined
  }
  const rest = { stacks, place: item.place, ...(file !== undefined && { file }) }
  return Object.freeze({ name, version, uri, sha256: sha256.toLowerCase(), ...rest })
}

function readDefault(item: MapNode, problems: Problems): DefaultVersion | undefined {
  const name = required(item, 'name', 'default version', problems)
  const version = required(item, 'version', 'default version', problems)
  if (name === undefined || version === undefined) return undefined
  return Object.freeze({ name, version, place: item.place })
}

function readDeprecation(item: MapNode, problems: Problems): Deprecation | undefined {
  const name = required(item, 'name', 'deprecation date', problems)
  const versionLine = required(item, 'version_line', 'deprecation date', problems)
  const day = required(item, 'date', 'deprecation date', problems)
  const link = fieldText(item, 'link', problems)
  if (name === undefined || versionLine === undefined || day === undefined) return undefined
  const date = new Date(`${day}T00:00:00Z`)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(date.getTime())) {
    problems.error(
      fieldPlace(item, 'date'),
      `${day.slice(0, 40)} is not a valid date`,
      'use the form 2026-12-31',
    )
    return undefined
  }
  return Object.freeze({ name, versionLine, date, ...(link !== undefined && { link }) })
}

function listOfMaps(root: MapNode, key: string, problems: Problems): readonly MapNode[] {
  const node = fieldOf(root, key)
  if (!node || isNull(node)) return []
  if (node.kind !== 'list') {
    problems.error(node.place, `${key} must be a list`)
    return []
  }
  return node.items.filter((item): item is MapNode => {
    if (item.kind !== 'map') problems.error(item.place, `each item of ${key} must be a map`)
    return item.kind === 'map'
  })
}

function required(item: MapNode, key: string, what: string, problems: Problems): string | undefined {
  const node = fieldOf(item, key)
  if (!node || isNull(node)) problems.error(item.place, `this ${what} has no ${key}`)
  return fieldText(item, key, problems)
}

function fieldText(item: MapNode, key: string, problems: Problems): string | undefined {
  const node = fieldOf(item, key)
  if (!node || isNull(node)) return undefined
  if (node.kind === 'scalar' && node.text.trim() !== '') return node.text.trim()
  problems.error(node.place, `${key} must be a string`)
  return undefined
}

function textsOf(item: MapNode, key: string, problems: Problems): readonly string[] {
  const node = fieldOf(item, key)
  if (!node || isNull(node)) return []
  if (node.kind === 'list' && node.items.every((each) => each.kind === 'scalar')) {
    return node.items.map((each) => (each.kind === 'scalar' ? each.text : ''))
  }
  problems.error(node.place, `${key} must be a list of strings`)
  return []
}

function fieldOf(item: MapNode, key: string): YamlNode | undefined {
  return item.entries.find((each) => each.key.text === key)?.value
}

function fieldPlace(item: MapNode, key: string): Place {
  return fieldOf(item, key)?.place ?? item.place
}
