/**
 * `env` of an app manifest: the names that Cloud Controller accepts, and the strings that a process gets.
 * Source: Cloud Controller's validators.rb (EnvironmentVariablesStringValuesValidator) and app_manifest_message.rb.
 */
import type { Place } from '../problems/problems.ts'
import type { Attributes } from './attributes.ts'
import { describeKind, type ScalarValue, toRubyString, type Value } from './values.ts'

/**
 * @param restOfLine the user's text from a place on: a number that arrives as another string causes a warning
 */
export function readEnvironment(
  app: Attributes,
  restOfLine: (place: Place) => string,
): ReadonlyMap<string, string> {
  const env = new Map<string, string>()
  const value = app.get('env')
  if (!value) return env
  if (value.kind !== 'map') {
    app.expected('env', 'a map', 'write NAME: value, one per line')
    return env
  }
  for (const { key, value: each } of value.entries) {
    const refusal = refusedName(key)
    if (refusal) {
      const instead = key.kind === 'string' ? 'choose another name' : 'put quotes around it'
      app.problems.error(key.place, `env: ${refusal}`, instead)
      continue
    }
    const name = toRubyString(key)
    const arrives = toRubyString(each)
    if (/[=\0]/.test(name))
      app.problems.warning(key.place, 'env: no process can have a variable with = or NUL in its name')
    warnAboutConversion(each, arrives, restOfLine(each.place), app)
    env.set(name, arrives)
  }
  return env
}

function refusedName(key: ScalarValue): string | undefined {
  if (key.kind !== 'string') return `YAML reads this name as ${describeKind(key)}`
  if (key.value === '') return 'the name is empty'
  if (/^VCAP_/i.test(key.value)) return 'Cloud Foundry sets all VCAP_ variables'
  if (/^VMC/i.test(key.value)) return 'Cloud Foundry refuses names that begin with VMC'
  return /^PORT$/i.test(key.value) ? 'Cloud Foundry sets PORT' : undefined
}

/** An unquoted `1.10` arrives as `1.1`, `yes` as `true`, a map as Ruby prints it. Neither names nor values are quoted: they may be secret. */
function warnAboutConversion(value: Value, arrives: string, written: string, { problems }: Attributes): void {
  if (value.kind === 'string' || written.startsWith('((')) return
  if (value.kind === 'list' || value.kind === 'map') {
    const what = `env: expected a string, got a ${value.kind}; the app gets it in Ruby's notation`
    problems.warning(value.place, what, 'write it as a string of JSON')
    return
  }
  const isSame = written.startsWith(arrives) && /^$|^[\s,}\]]/.test(written.slice(arrives.length))
  if (isSame || value.kind === 'null') return
  const what = `env: YAML reads this value as ${describeKind(value)}, so the app gets it in another form`
  // cf push writes strings without quotes if they are strings for Go; Ruby reads some of these as numbers.
  const isQuoted = /^["']/.test(written)
  const instead = isQuoted ? 'use a value that does not look like one' : 'put quotes around it'
  problems.warning(value.place, what, instead)
}
