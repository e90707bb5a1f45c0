/** Merges the configurations of the buildpack and the app. */

import type { Place, Problems } from '../problems/problems.ts'
import { complete, isOverride, overridden } from './entries.ts'
import type { Configuration, Origin } from './sidecar.ts'
import type { SidecarEntry, SidecarsYml } from './sidecars-yml.ts'

interface Layers {
  readonly carried?: { readonly file: SidecarsYml; readonly origin: Origin }
  /** The app's configuration. */
  readonly app?: SidecarsYml
  /** Whether an earlier buildpack of ours has added the app's sidecars already; overrides still apply. */
  readonly appEntriesTaken: boolean
}

export interface Merged {
  readonly configuration: Configuration
  /** Every sidecar of this buildpack, enabled or not. */
  readonly carriedNames: readonly string[]
  /** Every declared sidecar, enabled or not, readable or not. */
  readonly declaredNames: ReadonlySet<string>
  /** Overrides of sidecars that this buildpack does not include. */
  readonly overridesLeft: readonly { readonly name: string; readonly place: Place }[]
}

const APP: Origin = Object.freeze({ kind: 'app' })

export function mergeLayers({ carried, app, appEntriesTaken }: Layers, problems: Problems): Merged {
  const appEntries = named(app?.sidecars ?? [], problems)
  const carriedEntries = named(carried?.file.sidecars ?? [], problems)
  const sidecars = [...carriedEntries.values()].map(
    (entry) => carried && fromCarried(entry, appEntries.get(nameOf(entry)), carried.origin, problems),
  )
  const declaredNames = new Set(carriedEntries.keys())
  const overridesLeft: { name: string; place: Place }[] = []
  for (const entry of appEntries.values()) {
    if (carriedEntries.has(nameOf(entry))) continue
    if (isOverride(entry)) {
      // An entry with an unreadable key, perhaps `comand`, may not be meant as an override.
      if (entry.broken.size === 0) overridesLeft.push({ name: nameOf(entry), place: entry.at })
      else declaredNames.add(nameOf(entry))
    } else if (!appEntriesTaken) {
      declaredNames.add(nameOf(entry))
      if (entry.enabled !== false) sidecars.push(complete(entry, APP, problems))
    }
  }
  return {
    configuration: {
      sidecars: sidecars.filter((each) => each !== undefined),
      java: javaOf(layersOf(carried, appEntriesTaken ? undefined : app)),
      // Of the app in any case: the last buildpack declares them, whichever has added the app's sidecars.
      processes: processesOf(layersOf(carried, app)),
    },
    carriedNames: [...carriedEntries.keys()],
    declaredNames,
    overridesLeft,
  }
}

function fromCarried(
  entry: SidecarEntry,
  fromApp: SidecarEntry | undefined,
  origin: Origin,
  problems: Problems,
) {
  const name = nameOf(entry)
  if (fromApp && !isOverride(fromApp)) {
    const place = entry.at
    problems.error(
      fromApp.at,
      `the sidecar ${name} is included in ${describeOrigin(origin)} (${place.file}:${place.line}) and also declared here with a ${fromApp.command ? 'command' : 'source'}`,
      'choose another name, or remove command and source to override that one',
    )
    return undefined
  }
  if (fromApp && entry.locked?.value) {
    problems.error(
      fromApp.at,
      `the sidecar ${name} is locked by ${describeOrigin(origin)}`,
      'remove this entry',
    )
    return undefined
  }
  const merged = fromApp ? overridden(entry, fromApp) : entry
  const sidecar = complete(merged, origin, problems)
  return merged.enabled === false ? undefined : sidecar
}

/** Entries by name; reports duplicate names in one file. */
function named(entries: readonly SidecarEntry[], problems: Problems): ReadonlyMap<string, SidecarEntry> {
  const byName = new Map<string, SidecarEntry>()
  for (const entry of entries) {
    if (entry.name === undefined) {
      complete(entry, APP, problems)
      continue
    }
    const first = byName.get(entry.name.value)
    if (first)
      problems.error(
        entry.name.place,
        `sidecar ${entry.name.value} is declared twice, first on line ${first.at.line}`,
        'choose another name',
      )
    else byName.set(entry.name.value, entry)
  }
  return byName
}

function layersOf(carried: Layers['carried'], app: SidecarsYml | undefined) {
  return [carried, app && { file: app, origin: APP }].filter((each) => each !== undefined)
}

function javaOf(layers: ReturnType<typeof layersOf>): Configuration['java'] {
  return {
    agents: layers.flatMap(({ file, origin }) =>
      (file.java?.agents ?? []).map((each) => ({ ...each, origin })),
    ),
    libraries: layers.flatMap(({ file, origin }) =>
      (file.java?.libraries ?? []).map((each) => ({ ...each, origin })),
    ),
    options: layers.flatMap(({ file }) => file.java?.options ?? []),
  }
}

function processesOf(layers: ReturnType<typeof layersOf>): Configuration['processes'] {
  const processes = new Map(layers.flatMap(({ file }) => [...(file.processes ?? [])]))
  return [...processes].map(([type, { value, place }]) => ({ type, command: value, place }))
}

export function describeOrigin(origin: Origin): string {
  return origin.kind === 'app' ? 'the app' : `the buildpack ${origin.name}`
}

function nameOf(entry: SidecarEntry): string {
  return entry.name?.value ?? ''
}
