/** The checks of a buildpack's own sidecars that do not depend on the app: for packaging such a buildpack. */
import type { Merged } from '../config/merge.ts'
import { checkRules } from '../config/read.ts'
import { checkSurroundings } from '../config/rules/surroundings.ts'
import { checkVariables } from '../config/rules/variables.ts'
import { inspectJars } from '../java/inspect-jars.ts'
import type { Problems } from '../problems/problems.ts'

/** @param directory of the buildpack, which contains its sources */
export function checkCarried(merged: Merged, directory: string, problems: Problems): void {
  checkRules(merged, problems)
  const { configuration } = merged
  // The process types depend on the app.
  const manifestTypes = configuration.sidecars.flatMap((each) => each.processTypes)
  const app = {
    procfileTypes: new Set<string>(),
    earlier: [],
    proxied: new Map(),
    usedPorts: [],
    isJavaApp: false,
  }
  checkSurroundings(configuration, { ...app, manifestTypes }, problems)
  checkVariables(configuration, [], problems)
  inspectJars(configuration, directory, undefined, problems)
}
