/** Turns entries into sidecars: adds defaults, and applies the app's overrides to those of the buildpack. */
import { posix } from 'node:path'
import type { Problems } from '../problems/problems.ts'
import type { Origin, ProcessType, Sidecar, Source } from './sidecar.ts'
import type { SidecarEntry } from './sidecars-yml.ts'

const WEB = Object.freeze(['web' as ProcessType])

/** An app's entry with a name but neither command nor source overrides a sidecar of a buildpack. */
export function isOverride(entry: SidecarEntry): boolean {
  return !has(entry, 'command') && !has(entry, 'source')
}

/** Whether the key was written, readable or not. */
function has(entry: SidecarEntry, key: keyof SidecarEntry): boolean {
  return entry[key] !== undefined || entry.broken.has(key)
}

/** A sidecar with its defaults; undefined if a problem was reported. */
export function complete(entry: SidecarEntry, origin: Origin, problems: Problems): Sidecar | undefined {
  const { name, command, source, args, restart, stop } = entry
  if (name === undefined) {
    if (!has(entry, 'name'))
      problems.error(entry.at, 'the sidecar has no name', 'add for example name: my-sidecar')
    return undefined
  }
  if (isOverride(entry)) {
    problems.error(
      name.place,
      `the sidecar ${name.value} has neither command nor source`,
      'add a command or a source',
    )
    return undefined
  }
  if (args && has(entry, 'command'))
    problems.error(
      args.place,
      `the sidecar ${name.value} has both args and command`,
      'put the arguments into the command',
    )
  if (entry.setup && !has(entry, 'source'))
    problems.error(
      entry.setup.place,
      `the sidecar ${name.value} has setup without a source`,
      'add a source: setup runs in its directory',
    )
  if (source?.kind === 'deps') checkDeps(name.value, source, entry, problems)
  if (entry.path?.value && !has(entry, 'source'))
    problems.error(
      entry.path.place,
      `the sidecar ${name.value} has path: true without a source`,
      'path: true puts the directory of the source on the PATH of the app',
    )
  if (entry.locked?.value && origin.kind === 'app')
    problems.error(entry.locked.place, 'locked is only valid in the sidecars.yml of a buildpack', 'remove it')
  const proxy = entry.proxy?.value === 'none' ? undefined : entry.proxy?.value
  return Object.freeze({
    name: name.value,
    place: name.place,
    origin,
    processTypes: entry.process_types?.value ?? WEB,
    args: args?.value ?? [],
    env: entry.env?.value ?? new Map(),
    hideEnv: entry.hide_env ?? [],
    appEnv: entry.app_env?.value ?? new Map(),
    restart: restart ?? { policy: 'never' as const },
    onPath: entry.path?.value ?? false,
    locked: entry.locked?.value ?? false,
    ...(entry.memory && { memory: entry.memory.value.limit }),
    ...(entry.broken.has('memory') && { hasInvalidMemory: true as const }),
    ...(entry.memory?.value.guard && { memoryGuard: entry.memory.place }),
    ...(command && { command: command.value }),
    ...(source && { source }),
    ...(entry.working_dir !== undefined && entry.working_dir !== '.' && { workingDir: entry.working_dir }),
    ...(proxy && { proxy }),
    ...(entry.wait_for && { waitFor: entry.wait_for }),
    ...(entry.health && { health: entry.health }),
    ...(entry.after && { after: entry.after }),
    ...(stop && { stop }),
    ...(entry.setup && { setup: { script: entry.setup.value, place: entry.setup.place } }),
    ...(entry.when && { when: entry.when }),
  })
}

/** Reports keys that need the source's files at staging, which `deps` does not have. */
function checkDeps(
  name: string,
  { deps, executable = deps }: Extract<Source, { kind: 'deps' }>,
  entry: SidecarEntry,
  problems: Problems,
): void {
  if (entry.setup)
    problems.error(
      entry.setup.place,
      `the sidecar ${name} has setup with source.deps, whose files exist only at start`,
      'remove setup, or put it into the command',
    )
  if (!has(entry, 'command') && /\.jar$/i.test(executable))
    problems.error(
      entry.at,
      `the sidecar ${name} has a jar as source.deps`,
      `add command: java -jar "$SIDECAR_HOME/${posix.basename(executable)}"`,
    )
}

/**
 * A buildpack's entry with the app's override: scalars and lists are replaced, `env` and `app_env` merged by key; `source`
 * and `locked` are kept.
 */
export function overridden(carried: SidecarEntry, override: SidecarEntry): SidecarEntry {
  const { at: _at, broken: _broken, name: _name, locked: _locked, env, app_env, ...rest } = override
  return {
    ...carried,
    ...rest,
    ...(env && { env: byKey(carried.env, env) }),
    ...(app_env && { app_env: byKey(carried.app_env, app_env) }),
  }
}

type PlacedEnv = NonNullable<SidecarEntry['env']>

function byKey(below: PlacedEnv | undefined, above: PlacedEnv): PlacedEnv {
  return { value: new Map([...(below?.value ?? []), ...above.value]), place: above.place }
}
