/**
 * The app's `Procfile`: a YAML mapping of process types to start commands, which overrides every buildpack.
 * Read by the platform's builder (gopkg.in/yaml.v2): https://github.com/cloudfoundry/buildpackapplifecycle
 */

import { Places } from '../problems/places.ts'
import type { Place, Problem } from '../problems/problems.ts'
import { decodeGoYaml } from './go/yaml/decode.ts'
import { GoYamlError } from './go/yaml/error.ts'
import { parseGoYaml } from './go/yaml/parse.ts'
import { goMap, goString } from './go/yaml/shapes.ts'

export const PROCFILE = 'Procfile'

export interface Procfile {
  /** In text order; a duplicate type has its last command. */
  readonly processes: ReadonlyMap<string, string>
  /** The place of each type; absent for a type from a merge key. */
  readonly places: ReadonlyMap<string, Place>
  /** Not empty: the platform fails the staging with `Failed to read command from Procfile: invalid YAML`. */
  readonly problems: readonly Problem[]
}

const procfile = goMap(goString)

export function readProcfile(input: string | Uint8Array): Procfile {
  const { value, error, mismatches } = decodeGoYaml(input, procfile)
  const source = typeof input === 'string' ? input : Buffer.from(input).toString()
  const places = new Places(PROCFILE, source)
  const offsets = mismatches.length > 0 ? mismatches.map(({ offset }) => offset) : [error?.offset ?? 0]
  const problems = error ? offsets.map((offset) => asProblem(places.at(Math.max(0, offset)))) : []
  return { processes: value, places: placesOf(input, places), problems }
}

function asProblem(place: Place): Problem {
  return {
    severity: 'error',
    place,
    what: 'Cloud Foundry cannot read this Procfile',
    instead: 'write one `type: command` a line, as YAML',
  }
}

function placesOf(input: string | Uint8Array, places: Places): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>()
  try {
    const root = parseGoYaml(input)
    for (const [key] of root?.kind === 'mapping' ? root.entries : []) {
      if (key.kind === 'scalar') found.set(key.text, places.at(key.offset))
    }
  } catch (thrown) {
    if (!(thrown instanceof GoYamlError)) throw thrown
  }
  return found
}
