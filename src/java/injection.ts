/**
 * How agents, libraries and options reach the app's JVM: agents and options by `JAVA_OPTS`, which the start commands
 * of Java buildpack 4.x and 5.x name, or by `JAVA_TOOL_OPTIONS` (`droplet/java-options.bash` decides); libraries by
 * `CLASSPATH` (5.x) and by `additional_libraries` in our config.yml (4.x).
 */
import { dirname, join } from 'node:path'
import type { Template } from '../config/sidecar.ts'

/** Jars that lie in the droplet; paths are relative to the deps dir (`0/java/agents/agent.jar`). */
export interface StagedJava {
  readonly agents: readonly { readonly path: string; readonly options?: Template }[]
  readonly libraries: readonly string[]
  readonly options: readonly Template[]
  /** Classes that agents and libraries load, for which the JVM needs room. */
  readonly addedClasses: number
}

/**
 * The paths for `additional_libraries` under `config` in our config.yml. Java buildpack 4.x makes them relative to
 * the build dir; only from `deps` beside it does a path come out that is right at run time as well, whether or not
 * there is such a folder at staging.
 */
export function additionalLibraries({ libraries }: StagedJava, buildDir: string): readonly string[] {
  return libraries.map((path) => join(dirname(buildDir), 'deps', path))
}
