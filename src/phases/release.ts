/**
 * bin/release: the platform runs it only if it did not find the final buildpack's launch.yml. Ours wrote one, so this is a
 * bug of the platform (docs/explanation/platform.md, "Two faults"). The sidecars would silently be lost, so staging fails.
 */

import { readConfiguration } from '../config/read.ts'
import { withMetConditions } from '../inspect/conditions.ts'
import { yamlText } from '../platform/yaml-text.ts'
import { InputError, Problems } from '../problems/problems.ts'
import type { PhaseContext } from './context.ts'

/** @returns YAML with `default_process_types`. @throws InputError when sidecars would be lost */
export function release({
  buildDir,
  buildpackDir,
  buildpackName,
  env,
  log,
}: Pick<PhaseContext, 'buildDir' | 'buildpackDir' | 'buildpackName' | 'env' | 'log'>): string {
  const problems = new Problems()
  const buildpack = { name: buildpackName, directory: buildpackDir }
  const { configuration } = readConfiguration({ appDir: buildDir, env, buildpack }, problems)
  problems.throwIfErrors()
  const { sidecars, processes } = withMetConditions(configuration, env, log)
  if (sidecars.length > 0) {
    const names = sidecars.map(({ name }) => name).join(', ')
    throw new InputError(
      `Cloud Foundry did not read this buildpack's launch.yml, so the sidecars (${names}) would not run; ` +
        'list the buildpacks in the manifest instead of using detection: buildpacks: [sidecar_buildpack]',
    )
  }
  if (processes.length === 0) return 'default_process_types: {}\n'
  return `default_process_types:\n${processes.map(({ type, command }) => `  ${yamlText(type)}: ${yamlText(command)}\n`).join('')}`
}
