/** Rules about `after`: names, process types, cycles. */
import { closest, distance } from 'fastest-levenshtein'
import { APP_PORT } from '../../platform/ports.ts'
import { attachedTo } from '../../platform/process-memory.ts'
import type { Problems } from '../../problems/problems.ts'
import type { Configuration, ProcessType, Sidecar } from '../sidecar.ts'
import { startWaits } from '../start-waits.ts'
import { readinessPort } from './ports.ts'

/** @param declared names of all sidecars of this buildpack and app, including disabled ones */
export function checkOrder(
  { sidecars }: Pick<Configuration, 'sidecars'>,
  declared: ReadonlySet<string>,
  problems: Problems,
): void {
  const byName = new Map<string, Sidecar>(sidecars.map((each) => [each.name, each]))
  for (const sidecar of sidecars) checkAfter(sidecar, byName, declared, problems)
  const reported = new Set<string>()
  for (const type of new Set(sidecars.flatMap((each) => each.processTypes))) {
    const circle = circleOf(waitsOf(type, sidecars))
    if (!circle) continue
    const members = [...circle].sort().join()
    if (reported.has(members)) continue
    reported.add(members)
    const first = sidecars.find(({ name, after }) => after && circle.includes(name))
    const waits = circle.map((each, at) => `${each} waits for ${circle[(at + 1) % circle.length]}`)
    problems.error(
      first?.after?.place ?? sidecars.find(({ name }) => circle.includes(name))?.place,
      circle.length === 1 ? `${circle[0]} waits for itself` : `${waits.join(', ')}: none of them can start`,
      first ? 'remove one of them from after' : 'remove wait_for from the proxy',
    )
  }
}

function checkAfter(
  { name, after, processTypes }: Sidecar,
  sidecars: ReadonlyMap<string, Sidecar>,
  declared: ReadonlySet<string>,
  problems: Problems,
): void {
  for (const each of after?.names ?? []) {
    const other = sidecars.get(each)
    if (other && !other.processTypes.some((type) => processTypes.includes(type)))
      problems.error(
        after?.place,
        `${name} starts after ${each}, but no process type has both: ${processTypes.join(', ')} and ${other.processTypes.join(', ')}`,
        'give them a common process type, or remove it from after',
      )
    if (other || declared.has(each)) continue
    const meant = closest(each, [...declared])
    problems.error(
      after?.place,
      `${name} starts after ${each}, which is not a sidecar of this buildpack`,
      distance(each, meant) <= 2 && meant !== name ? `did you mean ${meant}?` : 'use the name of a sidecar',
    )
  }
}

/** What the start of each sidecar and the app waits for, in one process type. */
function waitsOf(type: ProcessType, sidecars: readonly Sidecar[]): ReadonlyMap<string, readonly string[]> {
  const attached = attachedTo(type, sidecars)
  const app = `the app (${type})`
  // A wait for another host is not a wait for the sidecar; one for the outermost proxy's own port is reported elsewhere
  // (rules/ports.ts).
  const awaited = attached.filter(({ waitFor }) => {
    const port = readinessPort(waitFor)
    return waitFor?.kind === 'socket' || (port !== undefined && port !== APP_PORT)
  })
  const nameOf = (each: Sidecar | 'app'): string => (each === 'app' ? app : each.name)
  return new Map([
    [app, awaited.map(nameOf)],
    ...startWaits(attached).map(({ sidecar, after, behind }): [string, string[]] => [
      sidecar.name,
      [...after, ...(behind ? [behind] : [])].map(nameOf),
    ]),
  ])
}

/** A cycle; undefined if there is none. A loop instead of recursion, because there may be thousands of sidecars. */
function circleOf(waits: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const inNone = new Set<string>()
  for (const start of waits.keys()) {
    /** Each waits for the next one. */
    const path = [start]
    for (let last: string | undefined = start; last !== undefined; last = path.at(-1)) {
      const next = waits.get(last)?.find((each) => !inNone.has(each))
      if (next === undefined) {
        inNone.add(last)
        path.pop()
      } else if (path.includes(next)) return path.slice(path.indexOf(next))
      else path.push(next)
    }
  }
  return undefined
}
