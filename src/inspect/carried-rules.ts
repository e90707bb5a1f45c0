/** The checks of a buildpack's own sidecars that do not depend on the app: for packaging such a buildpack. */
import type { Merged } from '../config/merge.ts'
import { checkGuards } from '../config/rules/memory.ts'
import { checkNames, checkProcessTypes } from '../config/rules/names.ts'
import { checkOrder } from '../config/rules/order.ts'
import { checkPorts } from '../config/rules/ports.ts'
import { checkSurroundings } from '../config/rules/surroundings.ts'
import { checkVariables } from '../config/rules/variables.ts'
import { inspectJars } from '../java/inspect-jars.ts'
import type { Problems } from '../problems/problems.ts'

/** @param directory of the buildpack, which contains its sources */
export function checkCarried(
  { configuration, declaredNames }: Pick<Merged, 'configuration' | 'declaredNames'>,
  directory: string,
  problems: Problems,
): void {
  checkNames(configuration, problems)
  checkProcessTypes(configuration, problems)
  checkGuards(configuration, problems)
  checkPorts(configuration, problems)
  checkOrder(configuration, declaredNames, problems)
  // The process types depend on the app.
  const manifestTypes = configuration.sidecars.flatMap((each) => each.processTypes)
  const app = { procfileTypes: new Set<string>(), earlier: [], proxied: new Map(), isJavaApp: false }
  checkSurroundings(configuration, { ...app, manifestTypes }, problems)
  checkVariables(configuration, [], problems)
  inspectJars(configuration, directory, undefined, problems)
}
