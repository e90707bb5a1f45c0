/** bin/detect: claims an app only when it says by itself that it is ours alone. */
import { describeProblem, Problems } from '../config/problems.ts'
import { readConfiguration } from '../config/read.ts'

export interface Detection {
  readonly applies: boolean
  /** For standard output: the detected name. */
  readonly name?: string
  /** For standard error, which reaches the user's log whatever detect ends with. */
  readonly hint?: string
}

type Env = Readonly<Record<string, string | undefined>>

/** The wrapper has turned down an app without a configuration of its own already. */
export function detect(buildDir: string, env: Env, version: string): Detection {
  const problems = new Problems()
  const { configuration, hasOwn } = readConfiguration({ appDir: buildDir, env }, problems)
  const [error] = problems.sorted().filter(({ severity }) => severity === 'error')
  const claims = configuration.processes.some(({ type }) => type === 'web')
  if (claims && !error) return { applies: true, name: `sidecar ${version}` }
  if (!hasOwn && !error) return { applies: false }
  const why = error ? ` (and its configuration is wrong: ${describeProblem(error)})` : ''
  return {
    applies: false,
    hint: `sidecar-buildpack: the app's sidecars will not run unless the manifest's buildpacks names this buildpack${why}`,
  }
}
