/**
 * Strings in YAML that all readers parse alike: Go's yaml.v2 and v3 (the platform, later buildpacks), Ruby's Psych (Java
 * buildpack 4.x). Always double-quoted: a plain `yes`, `012`, `1:20`, `=` or `~` is not a string in YAML 1.1. A general
 * dumper would be the largest module of supply, and does not escape the line breaks of YAML 1.1 (U+0085, U+2028, U+2029).
 */

/** C1 controls, DEL, the further line breaks, the byte order mark, non-characters: legal in JSON, not bare in YAML 1.1. */
const NOT_BARE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g

/** One line. JSON's string escapes are a subset of YAML's; lone surrogates are refused on input. */
export function yamlText(text: string): string {
  return JSON.stringify(text).replace(
    NOT_BARE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
