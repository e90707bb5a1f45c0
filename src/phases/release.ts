/**
 * bin/release: the platform runs it only when it found no launch.yml of the final buildpack. Ours has written one, so
 * this is the platform's fault (docs/explanation/platform.md, "Two faults"): the sidecars would be lost without a word. That must not pass.
 */
import { InputError, Problems } from '../config/problems.ts'
import { readConfiguration } from '../config/read.ts'
import { yamlText } from '../droplet/yaml-text.ts'
import { whereConditionsHold } from '../inspect/conditions.ts'
import type { PhaseContext } from './context.ts'

/** @returns YAML with `default_process_types`. @throws InputError when sidecars would be lost. */
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
  const { sidecars, processes } = whereConditionsHold(configuration, env, log)
  if (sidecars.length > 0) {
    const names = sidecars.map(({ name }) => name).join(', ')
    throw new InputError(
      `the platform did not read this buildpack's launch.yml, so that the sidecars (${names}) would not run; ` +
        'name the buildpacks in the manifest instead of having them detected: buildpacks: [sidecar_buildpack]',
    )
  }
  if (processes.length === 0) return 'default_process_types: {}\n'
  return `default_process_types:\n${processes.map(({ type, command }) => `  ${yamlText(type)}: ${yamlText(command)}\n`).join('')}`
}
