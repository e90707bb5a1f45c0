/**
 * The processes of an app manifest: the application's own keys, which apply to `web`, and its list `processes`.
 * Source: Cloud Controller's app_manifest_message.rb, manifest_process_update_message.rb, manifest_process_scale_message.rb.
 */

import { MOST_CHARACTERS_OF_COMMAND } from '../platform/limits.ts'
import type { MemorySize } from '../platform/memory-size.ts'
import { MIB } from '../platform/memory-size.ts'
import type { Place } from '../problems/problems.ts'
import { Attributes, underscore } from './attributes.ts'
import { readByteQuantity, wholeMebibytes } from './byte-quantity.ts'
import { asWholeNumber, isBlank, toRubyString } from './values.ts'
import { variablesIn } from './variables.ts'

type HealthCheckType = 'port' | 'http' | 'process'

export interface ManifestProcess {
  readonly type: string
  readonly place: Place
  readonly command?: string
  readonly memory?: MemorySize
  readonly instances?: number
  readonly healthCheckType?: HealthCheckType
  /** A path that begins with `/`. */
  readonly healthCheckEndpoint?: string
  /** Timeout of one check, seconds. */
  readonly healthCheckInvocationTimeout?: number
  /** Interval of the checks of a healthy process, seconds. */
  readonly healthCheckInterval?: number
  /** Time until the process must be healthy, seconds. */
  readonly timeout?: number
  readonly readinessHealthCheckType?: HealthCheckType
  /** A path that begins with `/`. */
  readonly readinessHealthCheckEndpoint?: string
  /** Timeout of one readiness check, seconds. */
  readonly readinessHealthCheckInvocationTimeout?: number
  /** Interval of the readiness checks, seconds. */
  readonly readinessHealthCheckInterval?: number
  /** Limit for the output of the whole instance, bytes per second; -1 is unlimited, 0 drops everything. */
  readonly logRateLimit?: number
}

const MOST_INSTANCES = 2_000_000
const MOST_CHARACTERS_OF_USER = 255

const SIZES = ['memory', 'disk_quota', 'log_rate_limit_per_second']

/** Every process in the manifest by type, always including `web`. */
export function readProcesses(app: Attributes): ReadonlyMap<string, ManifestProcess> {
  const listed = readList(app)
  const processes = new Map<string, ManifestProcess>()
  for (const name of SIZES) checkByteFormat(app, name)
  // The application's keys are not used when `processes` lists web.
  warnAboutIgnored(app, listed.get('web'))
  processes.set('web', readProcess(listed.has('web') ? NOTHING(app) : app, 'web'))
  for (const [type, attributes] of listed) processes.set(type, readProcess(attributes, type))
  return processes
}

const NOTHING = ({ place, problems }: Attributes) =>
  new Attributes({ kind: 'map', place, entries: [] }, '', problems)

/** By type. */
function readList(app: Attributes): ReadonlyMap<string, Attributes> {
  const { problems } = app
  const listed = new Map<string, Attributes>()
  const list = app.get('processes')
  if (list && list.kind !== 'list') app.expected('processes', 'a list', 'use - type: web')
  if (list?.kind !== 'list') return listed
  // Of a list under another spelling of `processes`, Cloud Controller does not convert the keys.
  const toName = app.keyOf('processes') === 'processes' ? underscore : (key: string) => key
  for (const [at, item] of list.items.entries()) {
    if (item.kind !== 'map') {
      problems.error(item.place, `processes[${at}]: expected a map with type`, 'use - type: web')
      continue
    }
    const attributes = new Attributes(item, `processes[${at}].`, problems, toName)
    const type = attributes.get('type')
    const name = type && !isBlank(type) ? toRubyString(type) : undefined
    if (name === undefined) {
      problems.error(item.place, `processes[${at}] has no type`, 'add for example type: worker')
    } else if (listed.has(name)) {
      problems.error(item.place, `process ${name} is listed twice`, 'merge the two entries')
    } else {
      listed.set(name, attributes)
      for (const each of SIZES) checkByteFormat(attributes, each)
      if (attributes.has('health_check_timeout'))
        attributes.error('health_check_timeout', 'Cloud Foundry does not know this key', 'use timeout')
    }
  }
  return listed
}

/** Keys of the application that apply to its web process. */
const OF_WEB = ['memory', 'command', 'instances', 'disk_quota', 'timeout', 'health_check_type']

function warnAboutIgnored(app: Attributes, web: Attributes | undefined): void {
  if (!web) return
  for (const name of OF_WEB.filter((each) => app.has(each))) {
    const instead = web.has(name) ? 'remove it' : 'move it to that entry'
    app.warning(name, 'ignored, because processes lists web', instead)
  }
}

function readProcess(read: Attributes, type: string): ManifestProcess {
  const healthCheckType = readCheckType(read, 'health_check_type')
  const healthCheckEndpoint = readEndpoint(read, '')
  const readinessHealthCheckType = readCheckType(read, 'readiness_health_check_type')
  const readinessHealthCheckEndpoint = readEndpoint(read, 'readiness_')
  checkDisk(read)
  // The application's own keys have neither a type nor a user.
  if (read.has('type')) readUser(read)
  const values = {
    command: readCommand(read),
    memory: readMemory(read),
    instances: readNumber(read, 'instances', 0, MOST_INSTANCES),
    healthCheckType,
    healthCheckEndpoint,
    healthCheckInvocationTimeout: readNumber(read, 'health_check_invocation_timeout', 1),
    healthCheckInterval: readNumber(read, 'health_check_interval', 1),
    timeout: readNumber(read, 'timeout', 1),
    readinessHealthCheckType,
    readinessHealthCheckEndpoint,
    readinessHealthCheckInvocationTimeout: readNumber(read, 'readiness_health_check_invocation_timeout', 1),
    readinessHealthCheckInterval: readNumber(read, 'readiness_health_check_interval', 1),
    logRateLimit: readLogRateLimit(read),
  }
  return Object.freeze({ type, place: read.place, ...present(values) })
}

/** `null`, `default` and false select the command that staging found. */
function readCommand(read: Attributes): string | undefined {
  const value = read.get('command')
  if (!value || value.kind === 'null' || (value.kind === 'boolean' && !value.value)) return undefined
  if (value.kind !== 'string') return read.expected('command', 'a string', 'put quotes around it')
  const length = [...value.value].length
  if (length === 0) return read.error('command', 'is empty', "remove it to use the buildpack's command")
  if (length > MOST_CHARACTERS_OF_COMMAND)
    return read.error('command', `has ${length} characters, the maximum is ${MOST_CHARACTERS_OF_COMMAND}`)
  return value.value === 'null' || value.value === 'default' ? undefined : value.value
}

function readUser(read: Attributes): void {
  const value = read.get('user')
  if (!value || value.kind === 'null') return
  const length = value.kind === 'string' ? [...value.value].length : 0
  if (value.kind !== 'string') read.expected('user', 'a string')
  else if (length < 1 || length > MOST_CHARACTERS_OF_USER)
    read.error('user', `expected 1 to ${MOST_CHARACTERS_OF_USER} characters, got ${length}`)
}

/** Checks the unit; the size is checked where it is used. */
function checkByteFormat(read: Attributes, name: string): void {
  const value = read.get(name)
  if (!value) return
  const text = toRubyString(value)
  // A variable without a value is an error already.
  if (variablesIn(text).length > 0) return
  if (name === 'log_rate_limit_per_second' && (text === '-1' || text === '0')) return
  const quantity = readByteQuantity(value)
  const example = name === 'memory' ? '512M' : name === 'disk_quota' ? '1G' : '16K'
  if (quantity === 'not a number')
    read.error(name, `"${text}" is not a valid size`, `use for example ${example}`)
  if (quantity === 'no unit') {
    const unit = /^\d+$/.test(text) ? `use ${text}M` : `use for example ${example}`
    read.error(name, `"${text}" has no valid unit (B, K, M, G, T)`, unit)
  }
}

/** At least one whole MiB. */
function readMemory(read: Attributes): MemorySize | undefined {
  const value = read.get('memory')
  const quantity = value && readByteQuantity(value)
  if (typeof quantity !== 'object') return undefined
  const whole = wholeMebibytes(quantity.bytes)
  if (whole <= 0n) return read.error('memory', 'must be at least 1M')
  return { bytes: Number(whole) * MIB }
}

function checkDisk(read: Attributes): void {
  const value = read.get('disk_quota')
  const quantity = value && readByteQuantity(value)
  if (typeof quantity === 'object' && wholeMebibytes(quantity.bytes) <= 0n)
    read.error('disk_quota', 'must be at least 1M')
}

function readLogRateLimit(read: Attributes): number | undefined {
  const value = read.get('log_rate_limit_per_second')
  if (!value || isBlank(value)) return undefined
  const text = toRubyString(value)
  if (text === '-1' || text === '0') return Number(text)
  const quantity = readByteQuantity(value)
  if (typeof quantity !== 'object') return undefined
  if (quantity.bytes >= -1n && quantity.bytes < 2n ** 63n) return Number(quantity.bytes)
  return read.error('log_rate_limit_per_second', 'must be -1 (unlimited) or more', 'use for example 16K')
}

function readNumber(read: Attributes, name: string, least: number, most?: number): number | undefined {
  const value = read.get(name)
  if (!value || value.kind === 'null') return undefined
  const number = asWholeNumber(value)
  const range = most === undefined ? `${least} or more` : `${least} to ${most}`
  if (number === undefined) return read.expected(name, `a whole number of ${range}`)
  if (number >= BigInt(least) && (most === undefined || number <= BigInt(most))) return Number(number)
  return read.error(name, `expected a whole number of ${range}, got ${number}`)
}

function readCheckType(read: Attributes, name: string): HealthCheckType | undefined {
  const value = read.get(name)
  if (!value) return undefined
  const type = read.text(name)
  if (isCheckType(type)) return type
  if (type === 'none') return 'process'
  const instead = 'use port, http or process'
  // Rails' inclusion validator checks each item of a list.
  if (
    value.kind === 'list' &&
    value.items.every((each) => each.kind === 'string' && isCheckType(each.value))
  ) {
    read.warning(name, 'Cloud Foundry accepts a list in the manifest, but cannot store it', instead)
    return undefined
  }
  return type === undefined
    ? read.expected(name, 'a string', instead)
    : read.error(name, `"${type}" is not a health check`, instead)
}

function isCheckType(text: string | undefined): text is HealthCheckType {
  return text === 'port' || text === 'http' || text === 'process'
}

/** Source of the path's form: Cloud Controller's uri_utils.rb, `is_uri_path?`; one line of several is enough. */
function readEndpoint(read: Attributes, prefix: '' | 'readiness_'): string | undefined {
  const name = `${prefix}health_check_http_endpoint`
  const value = read.get(name)
  if (!value) return undefined
  const type = `${prefix}health_check_type`
  if (read.has(type) && read.text(type) !== 'http')
    read.error(name, `only allowed with ${type.replaceAll('_', '-')}: http`)
  if (value.kind === 'null') return undefined
  if (value.kind !== 'string') return read.expected(name, 'a path', 'use for example /health')
  const path = value.value
  if (/(?<![^\n])\/(?:[^ \t\r\n\f\v/][^ \t\r\n\f\v]*)?(?![^\n])/.test(path)) return path
  return read.error(name, `"${path}" is not a path`, 'use for example /health')
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function present<T extends Record<string, unknown>>(record: T): Present<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Present<T>
}
