/**
 * The app's `Procfile`: a YAML mapping of process types to start commands, which overrides every buildpack.
 * Read by the platform's builder (gopkg.in/yaml.v2): https://github.com/cloudfoundry/buildpackapplifecycle
 */

import { Places } from '../problems/places.ts'
import type { Problem } from '../problems/problems.ts'
import { decodeGoYaml } from './go/yaml/decode.ts'
import { goMap, goString } from './go/yaml/shapes.ts'

export const PROCFILE = 'Procfile'

interface Procfile {
  /** In text order; a duplicate type has its last command. */
  readonly processes: ReadonlyMap<string, string>
  /** Not empty: the platform fails the staging with `Failed to read command from Procfile: invalid YAML`. */
  readonly problems: readonly Problem[]
}

const procfile = goMap(goString)

export function readProcfile(input: string | Uint8Array): Procfile {
  const { value: processes, error, mismatches } = decodeGoYaml(input, procfile)
  if (!error) return { processes, problems: [] }
  const places = new Places(PROCFILE, typeof input === 'string' ? input : Buffer.from(input).toString())
  const offsets = mismatches.length > 0 ? mismatches.map(({ offset }) => offset) : [error.offset ?? 0]
  const problems = offsets.map((offset): Problem => {
    const what = 'Cloud Foundry cannot read this Procfile'
    const instead = 'write one `type: command` a line, as YAML'
    return { severity: 'error', place: places.at(offset), what, instead }
  })
  return { processes, problems }
}
