/** What staging says of a buildpack's own sidecars whatever the app is: for the packaging of such a buildpack. */
import type { Problems } from '../config/problems.ts'
import { checkNames, checkProcessTypes } from '../config/rules/names.ts'
import { checkPorts } from '../config/rules/ports.ts'
import { checkSurroundings } from '../config/rules/surroundings.ts'
import { checkVariables } from '../config/rules/variables.ts'
import type { Configuration } from '../config/sidecar.ts'
import { inspectJars } from '../java/inspect-jars.ts'

/** @param directory of the buildpack, where its sources lie */
export function checkCarried(configuration: Configuration, directory: string, problems: Problems): void {
  checkNames(configuration, problems)
  checkProcessTypes(configuration, problems)
  checkPorts(configuration, problems)
  // Which process types there are depends on the app.
  const manifestTypes = configuration.sidecars.flatMap((each) => each.processTypes)
  const app = { procfileTypes: new Set<string>(), earlier: [], proxied: new Map(), isJavaApp: false }
  checkSurroundings(configuration, { ...app, manifestTypes }, problems)
  checkVariables(configuration, [], problems)
  inspectJars(configuration, directory, undefined, problems)
}
