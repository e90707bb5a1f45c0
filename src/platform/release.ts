/**
 * The output of `bin/release`: YAML with `default_process_types`.
 * Read by the platform's builder (gopkg.in/yaml.v2): https://github.com/cloudfoundry/buildpackapplifecycle
 */
import { type Decoded, decodeGoYaml } from './go/yaml/decode.ts'
import { goMap, goString, goStruct } from './go/yaml/shapes.ts'

const release = goStruct('buildpackrunner.Release', {
  default_process_types: goMap(goString, 'buildpackapplifecycle.ProcessTypes'),
})

/** Start commands by process type. */
export function readRelease(output: string | Uint8Array): Decoded<ReadonlyMap<string, string>> {
  const { value, ...rest } = decodeGoYaml(output, release)
  return { ...rest, value: value.default_process_types }
}
