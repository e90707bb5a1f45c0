/** Classes that agents and libraries load beside the app's: the Java buildpacks count those of the app only. */
import type { JavaInjection } from '../config/sidecar.ts'
import type { JarClasses } from './class-count.ts'
import type { InspectedJars } from './inspect-jars.ts'
import { LOADED_SHARE } from './loaded-classes.ts'

/**
 * A jar in the app's folder is counted there, by the usual share. An agent may load every class it has; of a
 * library the usual share is loaded.
 */
export function addedClassesOf(
  use: 'agent' | 'library',
  { classes, agentClasses }: JarClasses,
  isInApp: boolean,
): number {
  const share = Math.floor(classes * LOADED_SHARE)
  return (use === 'agent' ? agentClasses : share) - (isInApp ? share : 0)
}

/** As far as it is known before staging: jars that are downloaded are not counted. */
export function addedClasses({ agents, libraries }: JavaInjection, jars: InspectedJars): number {
  const sum = (use: 'agent' | 'library', items: JavaInjection['libraries']) =>
    items.reduce((total, item) => {
      const jar = jars.get(item)
      return jar ? total + addedClassesOf(use, jar, item.origin.kind === 'app') : total
    }, 0)
  return sum('agent', agents) + sum('library', libraries)
}
