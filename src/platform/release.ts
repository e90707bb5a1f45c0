/**
 * The output of `bin/release`: YAML with `default_process_types`.
 * Read by the platform's builder (gopkg.in/yaml.v2): https://github.com/cloudfoundry/buildpackapplifecycle
 */
import { type Decoded, decodeGoYaml } from './go/yaml/decode.ts'
import { mapOf, record, text } from './go/yaml/shapes.ts'

const release = record('buildpackrunner.Release', {
  default_process_types: mapOf(text, 'buildpackapplifecycle.ProcessTypes'),
})

/** Start commands by process type. */
export function readRelease(output: string | Uint8Array): Decoded<ReadonlyMap<string, string>> {
  const { value, ...rest } = decodeGoYaml(output, release)
  return { ...rest, value: value.default_process_types }
}
