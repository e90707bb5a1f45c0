/** `after`: the sidecars that a sidecar waits for before it starts, and those that stop before it. */
import type { ProcessType, Sidecar, SidecarName } from '../config/sidecar.ts'
import { startWaits } from '../config/start-waits.ts'
import { readinessWords } from './check-words.ts'
import { perType } from './per-type.ts'
import { displayName } from './shell-quote.ts'
import type { StagedSidecar } from './staged-sidecar.ts'
import { hundredths } from './watch.ts'

/** The order of a sidecar that starts after others, or that others start after. */
export interface OrderedSidecar {
  /** The sidecars it waits for, with their process types. */
  readonly after: readonly StagedSidecar[]
  /** Directories of the sidecars that stop before it. */
  readonly followers: readonly string[]
  /** The maximum wait for them after the platform's SIGTERM, in milliseconds. */
  readonly stopLimit: number
}

/** Without a successful health check, others stop waiting after its `grace`, but not before this, in milliseconds. */
const LEAST_GRACE = 30_000
/** The last sidecar of a chain starts to stop by this time, in milliseconds: the platform kills 10 s after SIGTERM. */
const LAST_STOP = 9000
/** The steps of a chain share at most this much of it, each at most half a second. */
const ALL_STEPS = 4000
const STEP = 500

/** The order of these sidecars. */
export function planOrder(staged: readonly StagedSidecar[]): ReadonlyMap<SidecarName, OrderedSidecar> {
  const byName = new Map(staged.map((each) => [each.sidecar.name, each]))
  const after = new Map<SidecarName, readonly StagedSidecar[]>()
  const followers = new Map<SidecarName, StagedSidecar[]>()
  for (const wait of startWaits(staged.map(({ sidecar }) => sidecar))) {
    const follower = byName.get(wait.sidecar.name) ?? []
    const awaited = wait.after.flatMap(({ name }) => byName.get(name) ?? [])
    if (awaited.length > 0) after.set(wait.sidecar.name, awaited)
    for (const { name } of wait.after) followers.set(name, (followers.get(name) ?? []).concat(follower))
  }
  const heights = heightsOf(followers)
  const highest = Math.max(...heights.values())
  const step = Math.min(STEP, ALL_STEPS / highest)
  return new Map(
    [...new Set([...after.keys(), ...followers.keys()])].map((name) => [
      name,
      {
        after: after.get(name) ?? [],
        followers: (followers.get(name) ?? []).map(({ folder }) => folder),
        stopLimit: LAST_STOP - (highest - (heights.get(name) ?? 0)) * step,
      },
    ]),
  )
}

/** The number of sidecars that stop in sequence before each one. There are no cycles: staging refuses them. */
function heightsOf(
  followers: ReadonlyMap<SidecarName, readonly StagedSidecar[]>,
): ReadonlyMap<SidecarName, number> {
  const heights = new Map<SidecarName, number>()
  let rising = [...followers.values()].flat().map(({ sidecar }) => sidecar.name)
  for (let height = 0; rising.length > 0; height++) {
    for (const name of rising) heights.set(name, height)
    const above = new Set(rising)
    rising = [...followers].flatMap(([name, those]) =>
      those.some(({ sidecar }) => above.has(sidecar.name)) ? [name] : [],
    )
  }
  return heights
}

/** Whether others start after it. */
export function isFollowed(order: OrderedSidecar | undefined): boolean {
  return order !== undefined && order.followers.length > 0
}

export function orderBlocks(order: OrderedSidecar | undefined): Readonly<Record<string, boolean>> {
  const after = order?.after.map(({ sidecar }) => sidecar) ?? []
  return {
    ordered: order !== undefined,
    followed: isFollowed(order),
    afterHealth: after.some(({ waitFor, health }) => !waitFor && health),
    afterHttp: after.some(({ waitFor }) => waitFor?.kind === 'http'),
  }
}

/** The state file of a running sidecar, as a shell word: its pid, and whether its health check has succeeded. */
export function markFile(index: string, folder: string): string {
  return `"$__deps"/../tmp/.sidecar-${index}-${folder}`
}

/** The calls of `__sidecar_after`. They depend on the process type if the other sidecars do not run in all of them. */
export function afterLines(
  { processTypes }: Sidecar,
  after: readonly StagedSidecar[],
  index: string,
): { readonly lines: string; readonly differ: boolean } {
  const calls = new Map<ProcessType, readonly string[]>(
    processTypes.map((type) => [
      type,
      after
        .filter(({ sidecar }) => sidecar.processTypes.includes(type))
        .map(({ sidecar, folder }) =>
          ['__sidecar_after', displayName(sidecar), markFile(index, folder), ...awaited(sidecar)].join(' '),
        ),
    ]),
  )
  const all = [...calls.values()].map((lines) => lines.join('\n'))
  const differ = all.some((each) => each !== all[0])
  const some = new Map([...calls].filter(([, lines]) => lines.length > 0))
  return { lines: differ ? perType(some) : (all[0] ?? ''), differ }
}

/** The awaited condition as text, the time limit in hundredths of a second, and the check, as shell words. */
function awaited({ waitFor, health }: Sidecar): readonly string[] {
  if (waitFor) {
    const [what, check] = readinessWords(waitFor)
    return [what, hundredths(waitFor.timeout), check]
  }
  return health
    ? ['health', hundredths(Math.max(LEAST_GRACE, health.grace)), '__sidecar_healthy']
    : ['started', '0', 'true']
}
