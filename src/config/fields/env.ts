import { MOST_BYTES_OF_ARGUMENT } from '../../platform/limits.ts'
import type { Place } from '../../problems/problems.ts'
import { byKind, mapOf, readableMap } from '../decode/collections.ts'
import { type Decoder, described, refine } from '../decode/decoder.ts'
import { filledText, text } from '../decode/scalars.ts'
import { warnAboutShellSyntax } from '../decode/shell-habits.ts'
import type { Env, EnvName, EnvValue, Template } from '../sidecar.ts'
import { envName, keptByBash } from './names.ts'
import { ONE_OF_SERVICE_FIELDS, serviceFields, servicesOf, writtenServices } from './services.ts'

type Report = (what: string, instead?: string) => undefined

const VARIABLE = /\$(?:\$|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})/g

/** `$NAME` and `${NAME}` are variables, `$$` is a dollar, nothing else is special. */
export function parseTemplate(source: string, place: Place): Template {
  const parts: Template[number][] = []
  let literal = ''
  let end = 0
  for (const match of source.matchAll(VARIABLE)) {
    literal += source.slice(end, match.index)
    end = match.index + match[0].length
    const variable = match[1] ?? match[2]
    if (variable === undefined) literal += '$'
    else {
      if (literal) parts.push(literal)
      parts.push(Object.freeze({ variable: variable as EnvName, place }))
      literal = ''
    }
  }
  literal += source.slice(end)
  if (literal) parts.push(literal)
  return Object.freeze(parts)
}

function readTemplate(value: string, report: Report, place: Place): Template | undefined {
  if (Buffer.byteLength(value) > MOST_BYTES_OF_ARGUMENT)
    return report(
      `has more than ${MOST_BYTES_OF_ARGUMENT} bytes, which no process can be given`,
      'put it into a file',
    )
  const parts = parseTemplate(value, place)
  for (const part of parts) {
    if (typeof part === 'string') continue
    const kept = keptByBash(part.variable)
    if (kept) return report(`uses $${part.variable}, which ${kept}`, 'write $$ for a dollar sign')
  }
  return parts
}

export const template: Decoder<Template> = warnAboutShellSyntax(refine(text, readTemplate))
/** The same, of at least one character. */
export const filledTemplate: Decoder<Template> = warnAboutShellSyntax(refine(filledText, readTemplate))

const textValue: Decoder<EnvValue> = refine(template, (text) =>
  Object.freeze({ kind: 'text' as const, text }),
)

const serviceValue: Decoder<EnvValue> = refine(
  readableMap(
    {
      ...serviceFields,
      credential: described(
        filledText,
        'A key of its credentials, or a dotted path into them. Default: all of them, as JSON.',
      ),
      default: described(template, 'The value without such a service or credential; expanded at start.'),
    },
    { oneOf: ONE_OF_SERVICE_FIELDS },
    { secret: true },
  ),
  (readable, report) => {
    const { written, broken } = readable
    const kinds = writtenServices(readable)
    if (kinds.length > 1) return report(`has both ${kinds.join(' and ')}`, 'write one of service, any')
    // The missing key may be an unreadable one, perhaps misspelled.
    if (broken.size > 0) return undefined
    if (kinds.length === 0) return report('has no service', 'write {service: NAME, credential: KEY}')
    const { credential, default: otherwise } = written
    const from = Object.freeze({
      services: servicesOf(written),
      ...(credential !== undefined && { credential }),
    })
    return Object.freeze({ kind: 'service' as const, from, ...(otherwise && { otherwise }) })
  },
)

const envValue: Decoder<EnvValue> = byKind(
  { scalar: textValue, map: serviceValue },
  'a string or {service: NAME, credential: KEY}',
)

export const env: Decoder<Env> = refine(mapOf(envName, envValue, { secret: true }), (entries, report) => {
  for (const [name, value] of entries) {
    if (value.kind !== 'text') continue
    if (knownBytes(value.text) + name.length + 1 > MOST_BYTES_OF_ARGUMENT)
      return report(
        `has a value with more than ${MOST_BYTES_OF_ARGUMENT} bytes, name included`,
        'put it into a file',
      )
  }
  return entries
})

/** Bytes of a text, at least: those without its variables. */
export function knownBytes(text: Template): number {
  return text.reduce((sum, part) => sum + (typeof part === 'string' ? Buffer.byteLength(part) : 0), 0)
}
