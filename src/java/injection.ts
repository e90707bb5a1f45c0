/**
 * How agents, libraries and options reach the app's JVM: agents and options through `JAVA_OPTS`, which the start commands
 * of Java buildpack 4.x and 5.x use, or through `JAVA_TOOL_OPTIONS` (`droplet/java-options.bash` decides); libraries
 * through `CLASSPATH` (5.x) and `additional_libraries` in our config.yml (4.x).
 */
import { dirname, join } from 'node:path'
import type { Template } from '../config/sidecar.ts'

/** Jars in the droplet; paths are relative to the deps directory (`0/java/agent-0/agent.jar`). */
export interface StagedJava {
  readonly agents: readonly { readonly path: string; readonly options?: Template }[]
  readonly libraries: readonly string[]
  readonly options: readonly Template[]
  /** Number of classes that agents and libraries load, which need metaspace. */
  readonly addedClasses: number
  /** The same of earlier buildpacks of ours. */
  readonly earlierClasses?: number
}

/**
 * The paths for `additional_libraries` under `config` in our config.yml. Java buildpack 4.x makes them relative to
 * the build directory. Only paths below a `deps` directory beside it are valid at run time as well, even if that
 * directory does not exist at staging.
 */
export function additionalLibraries({ libraries }: StagedJava, buildDir: string): readonly string[] {
  return libraries.map((path) => join(dirname(buildDir), 'deps', path))
}
