/** Rules between the names of a configuration. */
import type { Problems } from '../../problems/problems.ts'
import type { Configuration } from '../sidecar.ts'

/** A sidecar and a process share one list in launch.yml: the same name would silently replace one by the other. */
export function checkNames({ sidecars, processes }: Configuration, problems: Problems): void {
  const types = new Set<string>([
    'web',
    ...processes.map(({ type }) => type),
    ...sidecars.flatMap((each) => each.processTypes),
  ])
  const inCapitals = new Map<string, string>()
  for (const { name, place } of sidecars) {
    if (types.has(name)) {
      const what = `the sidecar ${name} has the name of a process type; the platform would confuse the two`
      problems.error(place, what, `choose another name, for example ${name}-sidecar`)
    }
    const other = inCapitals.get(name.toUpperCase())
    if (other)
      problems.warning(
        place,
        `${name} and ${other} are equal in upper case, which log lines use`,
        'choose names that differ in more than case',
      )
    inCapitals.set(name.toUpperCase(), name)
  }
}

/** Process types where no sidecar runs. */
export function checkProcessTypes({ sidecars }: Configuration, problems: Problems): void {
  for (const { name, place, processTypes } of sidecars) {
    if (!processTypes.includes('task' as never)) continue
    problems.warning(
      place,
      `${name} is attached to process type task`,
      'tasks have no sidecars; it only runs if a process of this type is scaled up',
    )
  }
}
