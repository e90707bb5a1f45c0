/** Reports entries of `java:` in sidecars.yml that cannot reach the JVM, or would prevent its start. */

import type { Configuration } from '../config/sidecar.ts'
import type { Place, Problems } from '../problems/problems.ts'
import { optionFault, textFault } from './java-options.ts'
import type { JavaSettings } from './java-settings.ts'

export function checkInjection({ java }: Configuration, settings: JavaSettings, problems: Problems): void {
  for (const { text, place } of java.options) report(optionFault(text), place)
  for (const { options, place } of java.agents)
    report(options === undefined ? undefined : textFault(options), place)
  const first = java.agents[0] ?? java.options[0]
  if (first && !settings.optionsFromEnvironment) {
    problems.error(
      first.place,
      'JBP_CONFIG_JAVA_OPTS has from_environment: false, so agents and options do not reach the JVM',
      'set from_environment: true, the default',
    )
  }

  function report(fault: ReturnType<typeof optionFault>, place: Place): void {
    if (fault) problems.error(place, fault.what, fault.instead)
  }
}
