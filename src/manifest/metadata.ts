/**
 * `metadata` and `features` of an app manifest.
 * Source: Cloud Controller's metadata_validator.rb, metadata_validator_helper.rb, manifest_features_update_message.rb.
 */
import type { Attributes } from './attributes.ts'
import { entry, isBlank, isBlankText, type MapValue, toRubyString, type Value } from './values.ts'

const FEATURES = ['ssh', 'revisions', 'service-binding-k8s', 'file-based-vcap-services']
const MOST_CHARACTERS = 63
const MOST_CHARACTERS_OF_PREFIX = 253
const MOST_CHARACTERS_OF_ANNOTATION = 5000
const DOMAIN = /^([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/i

export function checkFeatures(app: Attributes): void {
  const value = app.get('features')
  if (!value) return
  if (value.kind !== 'map' || value.entries.length === 0) {
    app.error('features', 'expected a map of features to true or false', 'use for example ssh: true')
    return
  }
  for (const { key, value: enabled } of value.entries) {
    const name = toRubyString(key)
    if (!FEATURES.includes(name))
      app.problems.error(key.place, `features: unknown feature ${name}`, `use ${FEATURES.join(', ')}`)
    else if (enabled.kind !== 'boolean')
      app.problems.error(enabled.place, `features.${name}: expected true or false`)
  }
}

export function checkMetadata(app: Attributes): void {
  const value = app.get('metadata')
  if (!value || value.kind === 'null') return
  if (value.kind !== 'map') {
    app.expected('metadata', 'a map', 'use labels or annotations')
    return
  }
  for (const { key } of value.entries) {
    const name = toRubyString(key)
    if (name !== 'labels' && name !== 'annotations')
      app.problems.error(key.place, `metadata: unknown key ${name}`, 'use labels or annotations')
  }
  const labels = mapOf(value, 'labels', app)
  for (const { key, value: each } of labels) {
    const fault = keyFault(toRubyString(key)) ?? labelFault(toRubyString(each))
    if (fault) app.problems.error(key.place, `metadata.labels.${toRubyString(key)}: ${fault}`)
  }
  const annotations = mapOf(value, 'annotations', app)
  for (const { key, value: each } of annotations) {
    const fault = (isBlank(each) ? undefined : keyFault(toRubyString(key))) ?? annotationFault(each)
    if (fault) app.problems.error(key.place, `metadata.annotations.${toRubyString(key)}: ${fault}`)
  }
}

function mapOf(metadata: MapValue, name: string, app: Attributes): MapValue['entries'] {
  const value = entry(metadata, name)
  if (!value || value.kind === 'null' || (value.kind === 'boolean' && !value.value)) return []
  if (value.kind === 'map') return value.entries
  app.problems.error(value.place, `metadata.${name}: expected a map`)
  return []
}

function keyFault(key: string): string | undefined {
  const [name = '', prefix, ...more] = key.split('/').reverse()
  if (more.length > 0) return 'more than one / in the key'
  if (prefix !== undefined && !DOMAIN.test(prefix)) return 'the prefix of the key is not a domain'
  if (prefix !== undefined && prefix.length > MOST_CHARACTERS_OF_PREFIX)
    return 'the prefix of the key is too long'
  if (prefix?.toLowerCase() === 'cloudfoundry.org') return 'the prefix cloudfoundry.org is reserved'
  return isBlankText(name) ? 'the key is empty' : nameFault(name, 'key')
}

const labelFault = (value: string) => (value === '' ? undefined : nameFault(value, 'value'))

function nameFault(text: string, what: string): string | undefined {
  if (/[^\w\-.]/.test(text)) return `the ${what} may contain only letters, digits, -, _ and .`
  if (!/^[a-z\d]/i.test(text) || !/[a-z\d]$/i.test(text))
    return `the ${what} must begin and end with a letter or digit`
  return text.length > MOST_CHARACTERS ? `the ${what} has more than ${MOST_CHARACTERS} characters` : undefined
}

/** Cloud Controller measures a number by its bytes in memory, so it is never too long. */
function annotationFault(value: Value): string | undefined {
  if (value.kind === 'boolean' || value.kind === 'float') return 'expected a string'
  if (sizeOf(value) <= MOST_CHARACTERS_OF_ANNOTATION) return undefined
  return `the value has more than ${MOST_CHARACTERS_OF_ANNOTATION} ${value.kind === 'string' ? 'characters' : 'items'}`
}

function sizeOf(value: Value): number {
  if (value.kind === 'string') return [...value.value].length
  return value.kind === 'list' ? value.items.length : value.kind === 'map' ? value.entries.length : 0
}
