/**
 * A Cloud Foundry app manifest (`manifest.yml`): what staging and running locally need of it.
 * Specification: https://docs.cloudfoundry.org/devguide/deploy-apps/manifest-attributes.html
 *
 * Keys that mean nothing on one machine (routes, disk_quota, instances, docker, metadata, …) are passed over.
 */
import type { MemorySize } from '../config/memory-size.ts'
import type { Place, Problems } from '../config/problems.ts'
import type { MapNode, YamlNode } from '../config/yaml/nodes.ts'
import { parseYaml } from '../config/yaml/parse.ts'
import { environmentOf } from './environment.ts'
import { FieldReader, field, scalarText } from './field-reader.ts'
import { type ManifestProcess, readProcesses } from './processes.ts'

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
  problems.error(
    place,
    `the manifest has ${apps.length} applications`,
    `choose one by --app: ${names.join(', ')}`,
  )
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
