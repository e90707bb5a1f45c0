/** Classes that agents and libraries load in addition to the app's. The Java buildpacks count only those of the app. */
import type { JavaInjection } from '../config/sidecar.ts'
import type { JarClasses } from './class-count.ts'
import type { InspectedJars } from './inspect-jars.ts'
import { LOADED_SHARE } from './loaded-classes.ts'

/**
 * A jar in the app's directory is already counted there, with the usual share. An agent may load all of its classes, a
 * library loads the usual share.
 */
export function addedClassesOf(
  use: 'agent' | 'library',
  { classes, agentClasses }: JarClasses,
  isInApp: boolean,
): number {
  const share = Math.floor(classes * LOADED_SHARE)
  return (use === 'agent' ? agentClasses : share) - (isInApp ? share : 0)
}

/** The part that is known before staging: downloaded jars are not counted. */
export function addedClasses({ agents, libraries }: JavaInjection, jars: InspectedJars): number {
  const sum = (use: 'agent' | 'library', items: JavaInjection['libraries']) =>
    items.reduce((total, item) => {
      const jar = jars.get(item)
      return jar ? total + addedClassesOf(use, jar, item.origin.kind === 'app') : total
    }, 0)
  return sum('agent', agents) + sum('library', libraries)
}
