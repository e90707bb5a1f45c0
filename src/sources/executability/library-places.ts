/** Where a sidecar finds shared libraries in addition to those of the stack. */
import type { EnvName, Sidecar, Template } from '../../config/sidecar.ts'

/** SIDECAR_HOME in these checks; its real name in the container does not matter. */
export const HOME = '/home/vcap/sidecar'
const APP = '/home/vcap/app'
const DEPS = '/home/vcap/deps'
const LIBRARY_PATH = 'LD_LIBRARY_PATH' as EnvName

export interface LibraryPlaces {
  /** Directories of the container, with their paths during staging. */
  readonly mounts: ReadonlyMap<string, string>
  /** LD_LIBRARY_PATH at the sidecar's start. */
  readonly searchPath: readonly string[]
  /** Whether the start script may extend it: the sidecar's `env` does not set it. */
  readonly mayAdd: boolean
}

export interface StagingDirs {
  readonly appDir: string
  /** Absent outside a staging. */
  readonly depsDir?: string | undefined
  /** Deps indexes of the buildpacks before this one. A final buildpack puts `deps/<i>/lib` on LD_LIBRARY_PATH. */
  readonly earlier: readonly string[]
  /** LD_LIBRARY_PATH in the app's environment. */
  readonly appLibraryPath: string | undefined
}

/** @returns undefined if staging cannot know what the sidecar finds at its start */
export function libraryPlaces(
  { env, hideEnv, command, setup, workingDir }: Sidecar,
  { appDir, depsDir, earlier, appLibraryPath }: StagingDirs,
): LibraryPlaces | undefined {
  // `setup` may add libraries, and `command` may set LD_LIBRARY_PATH.
  if (setup !== undefined || command?.includes(LIBRARY_PATH)) return undefined
  const own = env.get(LIBRARY_PATH)
  if (own?.kind === 'service') return undefined
  const inherited = [...earlier.map((index) => `${DEPS}/${index}/lib`), appLibraryPath]
    .filter(Boolean)
    .join(':')
  const path = own ? expand(own.text, inherited) : hideEnv.includes(LIBRARY_PATH) ? '' : inherited
  if (path === undefined) return undefined
  const cwd = `${APP}/${workingDir ?? ''}`
  return {
    mounts: new Map([
      [APP, appDir],
      ['/app', appDir],
      ...(depsDir === undefined ? [] : ([[DEPS, depsDir]] as const)),
    ]),
    searchPath: path
      .split(':')
      .filter((each) => each !== '')
      .map((each) => (each.startsWith('/') ? each : `${cwd}/${each}`)),
    mayAdd: own === undefined,
  }
}

/** @returns undefined if it contains a variable that is known only at start */
function expand(template: Template, inherited: string): string | undefined {
  const known: Readonly<Record<string, string>> = {
    SIDECAR_HOME: HOME,
    HOME: APP,
    DEPS_DIR: DEPS,
    LD_LIBRARY_PATH: inherited,
  }
  const parts = template.map((each) => (typeof each === 'string' ? each : known[each.variable]))
  return parts.includes(undefined) ? undefined : parts.join('')
}
