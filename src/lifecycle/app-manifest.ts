/**
 * A Cloud Foundry app manifest (`manifest.yml`): what staging and running locally need of it.
 * Specification: https://docs.cloudfoundry.org/devguide/deploy-apps/manifest-attributes.html
 *
 * Keys that mean nothing on one machine (routes, disk_quota, instances, docker, metadata, …) are passed over.
 */
import { type MemorySize, MIB, parseMemoryText } from '../config/memory-size.ts'
import type { Place, Problems } from '../config/problems.ts'
import { isNull, type MapEntry, type MapNode, type YamlNode } from '../config/yaml/nodes.ts'
import { parseYaml } from '../config/yaml/parse.ts'
import { environmentOf } from './app-manifest-env.ts'

export interface AppManifest {
  readonly name: string
  readonly place: Place
  /** As written, in order; empty when none is named: then the platform detects. */
  readonly buildpacks: readonly string[]
  readonly stack?: string
  /** What the platform hands to every process, as texts. */
  readonly env: ReadonlyMap<string, string>
  /** Those that the manifest mentions; the app's own keys count for `web`, unless `processes` has a web. */
  readonly processes: ReadonlyMap<string, ManifestProcess>
  readonly sidecars: readonly ManifestSidecar[]
  /** Names of the service instances to be bound. */
  readonly services: readonly string[]
}

export interface ManifestProcess {
  readonly type: string
  readonly place: Place
  readonly command?: string
  readonly memory?: MemorySize
  readonly healthCheckType?: HealthCheckType
  /** A path that begins with `/`. */
  readonly healthCheckEndpoint?: string
  /** How long one check may take, seconds. */
  readonly healthCheckInvocationTimeout?: number
  /** How long the process may take to become healthy, seconds. */
  readonly timeout?: number
}

export type HealthCheckType = 'port' | 'http' | 'process'

export interface ManifestSidecar {
  readonly name: string
  readonly place: Place
  readonly processTypes: readonly string[]
  readonly command: string
  readonly memory?: MemorySize
}

/**
 * @param file the manifest as the user knows it, for messages
 * @param application which one to take when the manifest has several
 * @returns undefined when there is none to take, or a problem with the whole was reported
 */
export function readAppManifest(
  text: string,
  file: string,
  problems: Problems,
  application?: string,
): AppManifest | undefined {
  const root = parseYaml(text, file, problems)
  if (!root) {
    if (!problems.hasErrors) problems.error({ file, line: 1, column: 1 }, 'the manifest is empty', EXAMPLE)
    return undefined
  }
  const list = root.kind === 'map' ? field(root, 'applications')?.value : undefined
  if (list?.kind !== 'list' || list.items.length === 0) {
    problems.error(list?.place ?? root.place, 'the manifest has no list of applications', EXAMPLE)
    return undefined
  }
  const app = chosenApplication(list.items, list.place, application, problems)
  return app && readApplication(app, problems)
}

const EXAMPLE = 'write applications: and below it - name: my-app'

function chosenApplication(
  items: readonly YamlNode[],
  place: Place,
  application: string | undefined,
  problems: Problems,
): MapNode | undefined {
  const apps = items.filter((item) => item.kind === 'map')
  if (apps.length < items.length) {
    const other = items.find((item) => item.kind !== 'map')
    problems.error(other?.place, 'an application must be a map', EXAMPLE)
    return undefined
  }
  const names = apps.map((app) => scalarText(field(app, 'name')?.value) ?? '(without name)')
  if (application !== undefined) {
    const found = apps[names.indexOf(application)]
    if (!found)
      problems.error(place, `the manifest has no application ${application}`, `it has ${names.join(', ')}`)
    return found
  }
  if (apps.length === 1) return apps[0]
  problems.error(place, `the manifest has ${apps.length} applications`, `choose one of ${names.join(', ')}`)
  return undefined
}

function readApplication(app: MapNode, problems: Problems): AppManifest {
  const read = new FieldReader(app, '', problems)
  const name = read.text('name')
  if (name === undefined) problems.error(app.place, 'the application has no name', 'write name: my-app')
  const stack = read.text('stack')
  return Object.freeze({
    name: name ?? '',
    place: app.place,
    buildpacks: readBuildpacks(read),
    ...(stack !== undefined && { stack }),
    env: environmentOf(field(app, 'env')?.value, problems),
    processes: readProcesses(app, read, problems),
    sidecars: read.maps('sidecars').flatMap((each) => readSidecar(each, problems) ?? []),
    services: readServices(read),
  })
}

function readBuildpacks(read: FieldReader): readonly string[] {
  const several = read.node('buildpacks')
  const one = read.text('buildpack')
  if (several && one !== undefined) {
    read.problems.error(several.place, 'buildpack and buildpacks cannot be used together', 'keep buildpacks')
  }
  if (several) return read.texts('buildpacks')
  return one === undefined || one === 'default' || one === 'null' ? [] : [one]
}

function readProcesses(
  app: MapNode,
  read: FieldReader,
  problems: Problems,
): ReadonlyMap<string, ManifestProcess> {
  const processes = new Map([['web', readProcess(app, 'web', '', problems)]])
  const seen = new Set<string>()
  for (const [index, map] of read.maps('processes').entries()) {
    const where = `processes[${index}].`
    const type = new FieldReader(map, where, problems).text('type')
    if (type === undefined)
      problems.error(map.place, `${where}type is missing`, 'write type: web or type: worker')
    else if (seen.has(type)) problems.error(map.place, `the process ${type} stands twice`, 'keep one of them')
    else processes.set(type, readProcess(map, type, where, problems))
    if (type !== undefined) seen.add(type)
  }
  return processes
}

function readProcess(map: MapNode, type: string, where: string, problems: Problems): ManifestProcess {
  const read = new FieldReader(map, where, problems)
  const written = {
    command: read.text('command'),
    memory: read.memory('memory'),
    healthCheckType: readHealthCheckType(read),
    healthCheckEndpoint: read.text('health-check-http-endpoint'),
    healthCheckInvocationTimeout: read.seconds('health-check-invocation-timeout'),
    timeout: read.seconds('timeout') ?? read.seconds('health-check-timeout'),
  }
  // The platform reads the texts `null` and `default` as: the command that staging found.
  if (written.command === 'null' || written.command === 'default') written.command = undefined
  return Object.freeze({ type, place: map.place, ...present(written) })
}

function readHealthCheckType(read: FieldReader): HealthCheckType | undefined {
  const type = read.text('health-check-type')
  if (type === undefined || type === 'port' || type === 'http' || type === 'process') return type
  if (type === 'none') return 'process'
  read.error('health-check-type', `is ${type}`, 'write port, http or process')
  return undefined
}

/** The platform's own rules: name, command and process types must be there. */
function readSidecar(map: MapNode, problems: Problems): ManifestSidecar | undefined {
  const name = new FieldReader(map, 'sidecars.', problems).text('name')
  const read = new FieldReader(map, `sidecars.${name ?? '(without name)'}.`, problems)
  const command = read.text('command')
  const processTypes = read.texts('process_types')
  const memory = read.memory('memory')
  if (!name) problems.error(map.place, 'a sidecar has no name', 'write name: my-sidecar')
  if (!command) read.error('command', 'is missing', 'write the command that starts the sidecar')
  if (processTypes.length === 0)
    read.error('process_types', 'names no process type', 'write process_types: [web]')
  if (!name || !command || processTypes.length === 0) return undefined
  return Object.freeze({ name, place: map.place, processTypes, command, ...(memory && { memory }) })
}

/** An entry is a name, or a map with `name` (and parameters, a binding name). */
function readServices(read: FieldReader): readonly string[] {
  return read.items('services').flatMap((item) => {
    const name = item.kind === 'map' ? scalarText(field(item, 'name')?.value) : scalarText(item)
    if (name === undefined) read.problems.error(item.place, 'a service must be a name, or a map with name')
    return name ?? []
  })
}

/** Reads the keys of one map; `-` and `_` in a key are the same, as for the platform. */
class FieldReader {
  readonly map: MapNode
  readonly #where: string
  readonly problems: Problems

  constructor(map: MapNode, where: string, problems: Problems) {
    this.map = map
    this.#where = where
    this.problems = problems
  }

  error(key: string, what: string, instead?: string): undefined {
    const place = field(this.map, key)?.value.place ?? this.map.place
    this.problems.error(place, `${this.#where}${key} ${what}`, instead)
  }

  /** The value of a key that is there and not null. */
  node(key: string): YamlNode | undefined {
    const value = field(this.map, key)?.value
    return value && !isNull(value) ? value : undefined
  }

  text(key: string): string | undefined {
    const node = this.node(key)
    return node && (scalarText(node) ?? this.error(key, 'must be a text'))
  }

  items(key: string): readonly YamlNode[] {
    const node = this.node(key)
    if (!node || node.kind === 'list') return node?.items ?? []
    this.error(key, 'must be a list')
    return []
  }

  texts(key: string): readonly string[] {
    return this.items(key).flatMap((item) => {
      const text = scalarText(item)
      if (text === undefined) this.problems.error(item.place, `${this.#where}${key} must hold texts`)
      return text ?? []
    })
  }

  maps(key: string): readonly MapNode[] {
    return this.items(key).flatMap((item) => {
      if (item.kind === 'map') return item
      this.problems.error(item.place, `${this.#where}${key} must hold maps`)
      return []
    })
  }

  /** In CF's units; a whole number of MB, and more than none. */
  memory(key: string): MemorySize | undefined {
    const text = this.text(key)
    if (text === undefined) return undefined
    const bytes = parseMemoryText(text)
    if (bytes === undefined)
      return this.error(key, `is ${text}`, 'write a number with its unit, such as 256M or 1G')
    const megabytes = Math.floor(bytes / MIB)
    return megabytes > 0 ? { bytes: megabytes * MIB } : this.error(key, `is ${text}: less than 1M`)
  }

  seconds(key: string): number | undefined {
    const text = this.text(key)
    if (text === undefined) return undefined
    return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : this.error(key, 'must be a whole number of seconds')
  }
}

function field(map: MapNode, key: string): MapEntry | undefined {
  return map.entries.find((entry) => entry.key.text.replaceAll('_', '-') === key.replaceAll('_', '-'))
}

function scalarText(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && !isNull(node) ? node.text : undefined
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function present<T extends Record<string, unknown>>(record: T): Present<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Present<T>
}
