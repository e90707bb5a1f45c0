/** Warns about keys that Cloud Foundry silently ignores, with the correct key if it is known. */

import type { LocatedMap, LocatedScalar } from '../platform/go/yaml/located.ts'
import { goScalarText as textOf } from '../platform/go/yaml/write-scalar.ts'
import { nearest } from '../problems/nearest.ts'
import type { Problems } from '../problems/problems.ts'
import { underscore } from './attributes.ts'
import { member, type PlaceOf } from './values.ts'

const OF_PROCESSES = [
  'command',
  'disk-quota',
  'health-check-http-endpoint',
  'health-check-interval',
  'health-check-invocation-timeout',
  'health-check-type',
  'instances',
  'log-rate-limit-per-second',
  'memory',
  'readiness-health-check-http-endpoint',
  'readiness-health-check-interval',
  'readiness-health-check-invocation-timeout',
  'readiness-health-check-type',
  'timeout',
]

const OF_APPLICATIONS = [
  ...OF_PROCESSES,
  'buildpack',
  'buildpacks',
  'cnb-credentials',
  'default-route',
  'docker',
  'env',
  'features',
  'lifecycle',
  'metadata',
  'name',
  'no-route',
  'path',
  'processes',
  'random-route',
  'routes',
  'services',
  'sidecars',
  'stack',
]

/** Only with `_`: Cloud Controller reads the keys of a sidecar as written. */
const OF_SIDECARS = ['name', 'command', 'process_types', 'memory']

const MEANT: Readonly<Record<string, string>> = {
  health_check_timeout: 'use timeout',
  memory_in_mb: 'use memory',
  process_type: 'use process_types',
  'process-types': 'use process_types',
  domain: 'use routes',
  domains: 'use routes',
  host: 'use routes',
  hosts: 'use routes',
  no_start: 'use cf push --no-start',
  inherit: 'merge the manifests',
}

const OF_SIDECAR_OTHERWISE: Readonly<Record<string, string>> = {
  env: 'a sidecar gets the environment of the app; sidecars.yml can set env for one sidecar',
  disk_quota: 'a sidecar shares the disk of the app',
  docker: 'a sidecar runs in the container of the app',
}

/** Reports on one application. @param written as the user wrote it */
export function warnAboutUnknownKeys(written: LocatedMap, placeOf: PlaceOf, problems: Problems): void {
  for (const key of unknownKeys(written, OF_APPLICATIONS)) {
    const hint = hintFor(textOf(key), OF_APPLICATIONS)
    problems.warning(placeOf(key.offset), `Cloud Foundry ignores ${shownOf(key)}`, hint)
  }
  for (const process of mapsOf(written, 'processes')) {
    for (const key of unknownKeys(process, [...OF_PROCESSES, 'type', 'user', 'health-check-timeout'])) {
      const isOfApp = isKnown(textOf(key), OF_APPLICATIONS)
      const instead = isOfApp ? 'move it to the application' : hintFor(textOf(key), [...OF_PROCESSES, 'type'])
      problems.warning(placeOf(key.offset), `Cloud Foundry ignores ${shownOf(key)} of a process`, instead)
    }
  }
  for (const sidecar of mapsOf(written, 'sidecars')) {
    for (const { key } of sidecar.entries.filter((each) => !OF_SIDECARS.includes(textOf(each.key)))) {
      const text = textOf(key)
      const instead = OF_SIDECAR_OTHERWISE[text.replaceAll('-', '_')] ?? hintFor(text, OF_SIDECARS)
      problems.warning(placeOf(key.offset), `Cloud Foundry ignores ${shownOf(key)} of a sidecar`, instead)
    }
  }
}

/** Attributes of an application at the top level, where Cloud Foundry ignores them. */
export function warnAboutRootKeys(root: LocatedMap, placeOf: PlaceOf, problems: Problems): void {
  for (const { key } of root.entries) {
    const text = textOf(key)
    if (!isKnown(text, OF_APPLICATIONS)) continue
    problems.warning(
      placeOf(key.offset),
      `Cloud Foundry ignores ${text} here`,
      'move it into the application',
    )
  }
}

/** Shows only text that looks like a key: a misplaced line may contain a secret. */
const shownOf = (key: LocatedScalar) => (/^[\w.-]{1,64}$/.test(textOf(key)) ? textOf(key) : 'this key')

function isKnown(key: string, known: readonly string[]): boolean {
  return known.some((each) => underscore(each) === underscore(key))
}

function unknownKeys(map: LocatedMap, known: readonly string[]): readonly LocatedScalar[] {
  return map.entries.map(({ key }) => key).filter((key) => !isKnown(textOf(key), known))
}

function hintFor(key: string, known: readonly string[]): string | undefined {
  const fixed = MEANT[key] ?? MEANT[underscore(key)]
  const [meant] = nearest(key, known)
  return fixed ?? (meant === undefined ? undefined : `did you mean ${meant}?`)
}

function mapsOf(map: LocatedMap, key: string): readonly LocatedMap[] {
  const value = member(map, key)
  return value?.kind === 'list' ? value.items.filter((each) => each.kind === 'map') : []
}
