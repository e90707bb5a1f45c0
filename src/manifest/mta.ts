/**
 * Converts the modules of a multi-target application (MTA) to applications of an app manifest, as far as the values are
 * plain.
 * Source: cloudfoundry/multiapps-controller, SupportedParameters.java, and the parsers that read those parameters
 * (StagingParametersParser, MemoryParametersParser, …) in multiapps-controller-core.
 */

import type { LocatedEntry, LocatedMap, LocatedValue } from '../platform/go/yaml/located.ts'
import { goScalarText } from '../platform/go/yaml/write-scalar.ts'
import type { Problems } from '../problems/problems.ts'
import { member, type PlaceOf } from './values.ts'

/** Parameters of a module, and the equivalent keys of an application. */
const PARAMETERS: ReadonlyMap<string, string> = new Map([
  ...[
    'buildpack',
    'buildpacks',
    'command',
    'disk-quota',
    'docker',
    'health-check-http-endpoint',
    'health-check-interval',
    'health-check-invocation-timeout',
    'health-check-type',
    'instances',
    'lifecycle',
    'memory',
    'no-route',
    'readiness-health-check-http-endpoint',
    'readiness-health-check-interval',
    'readiness-health-check-invocation-timeout',
    'readiness-health-check-type',
    'stack',
  ].map((each) => [each, each] as const),
  ['health-check-timeout', 'timeout'],
])

export function isMta(root: LocatedValue): root is LocatedMap {
  if (root.kind !== 'map' || !member(root, 'modules')) return false
  return member(root, '_schema-version') !== undefined || member(root, 'ID') !== undefined
}

/** The descriptor as an app manifest; warns about omitted values of each module that `isChosen`. */
export function mtaAsManifest(
  root: LocatedMap,
  isChosen: (name: string) => boolean,
  placeOf: PlaceOf,
  problems: Problems,
): LocatedMap {
  const modules = member(root, 'modules')
  const items = modules?.kind === 'list' ? modules.items.filter((each) => each.kind === 'map') : []
  const applications = items.map((each) => {
    const ignored: string[] = []
    const application = moduleAsApplication(each, ignored)
    if (ignored.length > 0 && isChosen(nameOf(application))) {
      const what = `not read from the MTA descriptor: ${ignored.join(', ')}`
      problems.warning(placeOf(each.offset), what, 'only plain values of parameters and properties are read')
    }
    return application
  })
  const { offset } = modules ?? root
  return mapOf(offset, [entry('applications', { kind: 'list', offset, items: applications })])
}

function moduleAsApplication(module: LocatedMap, ignored: string[]): LocatedMap {
  const parameters = mapAt(module, 'parameters')
  const entries: LocatedEntry[] = []
  const name = member(parameters, 'app-name') ?? member(module, 'name')
  if (name) entries.push(entry('name', name))
  const path = member(module, 'path')
  if (path) entries.push(entry('path', path))
  for (const each of parameters.entries) {
    const key = goScalarText(each.key)
    if (key === 'app-name') continue
    const meant = PARAMETERS.get(key)
    if (meant !== undefined && isPlain(each.value)) entries.push(entry(meant, each.value))
    else ignored.push(`parameters.${key}`)
  }
  const env = mapAt(module, 'properties').entries.filter((each) => {
    const isTaken = isPlain(each.value) && each.value.kind !== 'list' && each.value.kind !== 'map'
    if (!isTaken) ignored.push('a property with a placeholder or structure')
    return isTaken
  })
  entries.push(entry('env', mapOf(module.offset, env)))
  for (const key of ['requires', 'provides', 'hooks', 'build-parameters'])
    if (member(module, key)) ignored.push(key)
  return mapOf(module.offset, entries)
}

/** Without `${parameter}` and `~{property}`, which are resolved at deployment. */
function isPlain(value: LocatedValue): boolean {
  if (value.kind === 'list') return value.items.every(isPlain)
  if (value.kind === 'map') return value.entries.every((each) => isPlain(each.value))
  return value.kind !== 'string' || !/[$~]\{/.test(value.value)
}

function mapAt(map: LocatedMap, key: string): LocatedMap {
  const value = member(map, key)
  return value?.kind === 'map' ? value : mapOf(map.offset, [])
}

function nameOf(application: LocatedMap): string {
  const name = member(application, 'name')
  return name?.kind === 'string' ? name.value : ''
}

function entry(key: string, value: LocatedValue): LocatedEntry {
  return { key: { kind: 'string', value: key, offset: value.offset }, value }
}

function mapOf(offset: number, entries: readonly LocatedEntry[]): LocatedMap {
  return { kind: 'map', offset, entries, repeated: [] }
}
