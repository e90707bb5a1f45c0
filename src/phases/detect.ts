/** bin/detect: accepts an app only if its own configuration shows that no other buildpack is needed. */

import { readConfiguration } from '../config/read.ts'
import { describeProblem, Problems } from '../problems/problems.ts'
import type { Environment } from '../system/environment.ts'

interface Detection {
  readonly applies: boolean
  /** For standard output: the detected name. */
  readonly name?: string
  /** For standard error, which reaches the user's log whatever the exit status. */
  readonly hint?: string
}

/** The wrapper has already rejected apps without their own configuration. */
export function detect(buildDir: string, env: Environment, version: string): Detection {
  const problems = new Problems()
  const { configuration, hasOwn } = readConfiguration({ appDir: buildDir, env }, problems)
  const [error] = problems.sorted().filter(({ severity }) => severity === 'error')
  const claims = configuration.processes.some(({ type }) => type === 'web')
  if (claims && !error) return { applies: true, name: `sidecar ${version}` }
  if (!hasOwn && !error) return { applies: false }
  const why = error ? ` (also, its configuration is invalid: ${describeProblem(error)})` : ''
  return {
    applies: false,
    hint: `sidecar-buildpack: the app's sidecars only run if the manifest lists this buildpack under buildpacks${why}`,
  }
}
