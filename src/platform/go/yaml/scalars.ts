/**
 * The type of a plain or tagged scalar in gopkg.in/yaml.v2. Source: YAML 1.1's type repository, and that package's
 * documentation of where it differs (no base 60, Go's number syntax).
 */
import type { Scalar } from '../../scalar.ts'
import { GoYamlError } from './error.ts'
import type { GoScalarNode } from './nodes.ts'

type Resolved = Scalar | { readonly kind: 'timestamp' }

const LONG = 'tag:yaml.org,2002:'
const TYPED = new Set(
  ['', 'str', 'bool', 'int', 'float', 'null', 'timestamp'].map((each) => each && LONG + each),
)
const NULLS = new Set(['', '~', 'null', 'Null', 'NULL'])
const TRUE = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'])
const FALSE = new Set(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'])
const FLOATS: Readonly<Record<string, number>> = {
  '.nan': Number.NaN,
  '.inf': Number.POSITIVE_INFINITY,
  '+.inf': Number.POSITIVE_INFINITY,
  '-.inf': Number.NEGATIVE_INFINITY,
}
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/
const INTEGER_MIN = -(2n ** 63n)
const INTEGER_MAX = 2n ** 64n - 1n

/** @throws GoYamlError when a tag does not match its text (`!!int x`) */
export function resolveScalar(node: GoScalarNode): Resolved {
  const { tag, text } = node
  if (tag === '' && !node.plain) return { kind: 'string', value: text }
  if (tag === `${LONG}binary`) return { kind: 'string', value: decodeBase64(text, node) }
  if (!TYPED.has(tag) || tag === `${LONG}str`) return { kind: 'string', value: text }
  const resolved = resolveText(text, tag === '' || tag === `${LONG}timestamp`)
  return tag === '' ? resolved : checkTag(resolved, tag, node)
}

function checkTag(resolved: Resolved, tag: string, node: GoScalarNode): Resolved {
  const kinds: Readonly<Record<string, Resolved['kind']>> = {
    bool: 'boolean',
    int: 'integer',
    float: 'float',
    null: 'null',
    timestamp: 'timestamp',
  }
  const wanted = kinds[tag.slice(LONG.length)]
  if (resolved.kind === wanted) return resolved
  if (wanted === 'float' && resolved.kind === 'integer' && resolved.value <= 2n ** 63n - 1n) {
    return { kind: 'float', value: Number(resolved.value) }
  }
  throw new GoYamlError(
    `yaml: cannot decode ${shortTagOf(resolved)} \`${node.text}\` as a !!${tag.slice(LONG.length)}`,
    node.offset,
  )
}

/** `!!str`, `!!int`, …: the name in the platform's messages; other tags are unchanged. */
export function tagOf(node: GoScalarNode): string {
  if (TYPED.has(node.tag)) return shortTagOf(resolveScalar(node))
  return node.tag.startsWith(LONG) ? `!!${node.tag.slice(LONG.length)}` : node.tag
}

function shortTagOf(resolved: Resolved): string {
  const tags = {
    null: 'null',
    boolean: 'bool',
    integer: 'int',
    float: 'float',
    string: 'str',
    timestamp: 'timestamp',
  } as const
  return `!!${tags[resolved.kind]}`
}

function resolveText(text: string, mayBeTimestamp: boolean): Resolved {
  if (NULLS.has(text)) return { kind: 'null' }
  if (TRUE.has(text)) return { kind: 'boolean', value: true }
  if (FALSE.has(text)) return { kind: 'boolean', value: false }
  const named = /^[-+]?\.(?:nan|NaN|NAN|inf|Inf|INF)$/.test(text) ? FLOATS[text.toLowerCase()] : undefined
  if (named !== undefined) return { kind: 'float', value: named }
  if (text.startsWith('.')) return resolveDotted(text)
  if (!/^[-+0-9]/.test(text)) return { kind: 'string', value: text }
  if (mayBeTimestamp && isTimestamp(text)) return { kind: 'timestamp' }
  return resolveNumber(text.replaceAll('_', '')) ?? { kind: 'string', value: text }
}

/** strconv.ParseFloat itself reads these: a `_` may stand between two digits only. */
function resolveDotted(text: string): Resolved {
  const digits = /^_|_$|_(?![0-9])|(?<![0-9])_/.test(text) ? text : text.replaceAll('_', '')
  const value = FLOAT.test(digits) ? Number(digits) : Number.NaN
  return Number.isFinite(value) ? { kind: 'float', value } : { kind: 'string', value: text }
}

function resolveNumber(text: string): Resolved | undefined {
  const integer = parseGoInteger(text)
  if (integer !== undefined) return { kind: 'integer', value: integer }
  if (!FLOAT.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? { kind: 'float', value } : undefined
}

/** Go's integer syntax with its prefixes (`0x`, `0o`, `0b`, a leading 0 is octal), within 64 bits. */
function parseGoInteger(text: string): bigint | undefined {
  const match = /^([-+]?)(?:(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+)|(0[0-7]+)|(0|[1-9][0-9]*))$/.exec(text)
  if (!match) return parseSignedBinary(text)
  const [, sign, prefixed, octal, decimal] = match
  const magnitude = BigInt(prefixed ?? (octal ? `0o${octal}` : (decimal ?? '0')))
  const value = sign === '-' ? -magnitude : magnitude
  // A sign is only for signed integers, up to 2^63 - 1.
  const max = sign === '' ? INTEGER_MAX : 2n ** 63n - 1n
  return value >= INTEGER_MIN && value <= max ? value : undefined
}

/** yaml.v2 reads binary numbers once more by itself, and accepts a sign behind the prefix there: `0b-11` is -3. */
function parseSignedBinary(text: string): bigint | undefined {
  const [, sign, digits] = /^0b([-+])([01]+)$/.exec(text) ?? []
  if (digits === undefined) return undefined
  const value = BigInt(`0b${digits}`) * (sign === '-' ? -1n : 1n)
  return value >= INTEGER_MIN && value <= 2n ** 63n - 1n ? value : undefined
}

/** `2001-12-14`, and that with a time: RFC 3339 with short fields, or with a space in the middle and no zone. */
function isTimestamp(text: string): boolean {
  const match =
    /^(\d{4})-(\d\d?)-(\d\d?)(?:([Tt ])(\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?(Z|[-+](\d\d):(\d\d))?)?$/.exec(
      text,
    )
  if (!match) return false
  const [, year, month, day, separator, hour, minute, second, zone, zoneHour, zoneMinute] = match
  if (separator !== undefined && (separator === ' ') !== (zone === undefined)) return false
  if (Number(zoneHour ?? 0) > 24 || Number(zoneMinute ?? 0) >= 60) return false
  if (Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59) return false
  const [m, d] = [Number(month), Number(day)]
  return m >= 1 && m <= 12 && d >= 1 && d <= new Date(Date.UTC(Number(year) || 400, m, 0)).getUTCDate()
}

function decodeBase64(text: string, node: GoScalarNode): string {
  const compact = text.replace(/[\r\n]/g, '')
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) {
    throw new GoYamlError('yaml: !!binary value contains invalid base64 data', node.offset)
  }
  return Buffer.from(compact, 'base64').toString()
}
