import { readConfiguration } from '../../src/config/read.ts'
import { readJavaSettings } from '../../src/java/java-settings.ts'
import { Problems } from '../../src/problems/problems.ts'

/** A Java app of 10,000 classes with this sidecars.yml and this environment. */
export function appOnJvm(sidecarsYml: string, env = {}) {
  const { configuration } = readConfiguration(
    { appDir: '/', env: { SIDECARS_CONFIG: sidecarsYml } },
    new Problems(),
  )
  return {
    configuration,
    settings: readJavaSettings(env),
    layout: 'main' as const,
    classes: 10_000,
    addedClasses: 0,
  }
}
