/**
 * The services bound to the app, in each of the three ways in which the platform gives them (docs/explanation/platform.md, "Bound services"):
 * `VCAP_SERVICES`, the file at `VCAP_SERVICES_FILE_PATH`, or a directory per binding under `SERVICE_BINDING_ROOT`.
 * Of credentials, only names and whether they are empty are exposed, never a value.
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { attempt } from '../system/attempt.ts'
import type { Environment } from '../system/environment.ts'
import { MOST, readForeignFileIfThere } from '../system/foreign-file.ts'

export interface BoundService {
  readonly name: string
  /** The names of the instance and the binding, if they differ. */
  readonly otherNames: readonly string[]
  readonly label: string
  readonly tags: readonly string[]
  /**
   * Whether the service has a credential: a key, else a dotted path, as credentials.pl looks it up at start.
   * Without a key: whether it has credentials.
   */
  credentialState(key?: string): CredentialState
  /** The keys of the credentials. */
  readonly credentialKeys: readonly string[]
}

/** `unknown`: the platform replaces the credentials by those in CredHub. */
type CredentialState = 'filled' | 'empty' | 'missing' | 'unknown'

/** @throws Error when the platform's data cannot be read; its message never contains a credential */
export function boundServices(env: Environment): readonly BoundService[] {
  if (env.VCAP_SERVICES) return fromJson(env.VCAP_SERVICES, 'VCAP_SERVICES')
  const file = env.VCAP_SERVICES_FILE_PATH
  if (file) {
    const text = readForeignFileIfThere(file, MOST.data)?.toString()
    return text === undefined ? [] : fromJson(text, file)
  }
  const root = env.SERVICE_BINDING_ROOT
  return root && existsSync(root) ? fromBindings(root) : []
}

/**
 * The services that match one of these patterns, in the platform's order, exactly as at start (credentials.pl). A pattern
 * is compared with names, else with labels, else with tags; `*` matches any characters, `?` exactly one.
 */
export function matchingServices(
  services: readonly BoundService[],
  patterns: readonly string[],
): readonly BoundService[] {
  const found = new Set(patterns.flatMap((pattern) => servicesOf(pattern, services)))
  return services.filter((each) => found.has(each))
}

/** `a`, or `a or b`. */
export function describeServices(patterns: readonly string[]): string {
  return patterns.join(' or ')
}

function servicesOf(pattern: string, services: readonly BoundService[]): readonly BoundService[] {
  const source = pattern
    .replace(/[\\^$.+()[\]{}|/]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.')
  const whole = new RegExp(`^${source}$`, 'su')
  const matches = (texts: readonly string[]) => texts.some((each) => each !== '' && whole.test(each))
  const kinds = [
    services.filter(({ name, otherNames }) => matches([name, ...otherNames])),
    services.filter(({ label }) => matches([label])),
    services.filter(({ tags }) => matches(tags)),
  ]
  return kinds.find((each) => each.length > 0) ?? []
}

function fromJson(text: string, where: string): readonly BoundService[] {
  const parsed = attempt((): unknown => JSON.parse(text))
  if (parsed === undefined) throw new Error(`${where} is not valid JSON`)
  if (!isRecord(parsed)) throw new Error(`${where} is not a map of services`)
  return Object.entries(parsed).flatMap(([label, instances]) =>
    (Array.isArray(instances) ? instances : []).filter(isRecord).map((instance) => ({
      name: isText(instance.name) ? instance.name : '',
      otherNames: [instance.instance_name, instance.binding_name].filter(isText),
      label: isText(instance.label) ? instance.label : label,
      tags: Array.isArray(instance.tags) ? instance.tags.filter(isText) : [],
      ...credentialsOf(instance.credentials),
    })),
  )
}

/** https://servicebinding.io/spec: a directory per binding, a file per entry; `type` and `provider` are label and tag. */
function fromBindings(root: string): readonly BoundService[] {
  return readdirSync(root)
    .filter(
      (name) => !name.startsWith('.') && statSync(join(root, name), { throwIfNoEntry: false })?.isDirectory(),
    )
    .map((name) => {
      const entry = (key: string) => (readForeignFileIfThere(join(root, name, key))?.toString() ?? '').trim()
      return {
        name: entry('name') || name,
        otherNames: [entry('instance-name'), entry('binding-name')].filter(Boolean),
        label: entry('label') || entry('type'),
        tags: [entry('provider'), ...bindingTags(entry('tags'))].filter(Boolean),
        ...credentialsOf(filesOf(join(root, name))),
      }
    })
}

/** The files of a binding by name. */
function filesOf(directory: string): Readonly<Record<string, string>> {
  const files = readdirSync(directory).filter((name) =>
    statSync(join(directory, name), { throwIfNoEntry: false })?.isFile(),
  )
  return Object.fromEntries(
    files.map((name) => [name, readForeignFileIfThere(join(directory, name))?.toString() ?? '']),
  )
}

function credentialsOf(credentials: unknown): Pick<BoundService, 'credentialKeys' | 'credentialState'> {
  const root = parsedText(credentials)
  const keys = isRecord(root) ? Object.keys(root) : []
  return {
    credentialKeys: keys,
    credentialState: (key) => {
      if (keys.includes('credhub-ref')) return 'unknown'
      const path = key === undefined ? [] : keys.includes(key) ? [key] : key.split('.')
      const value = path.reduce(member, credentials)
      if (value === undefined || value === null) return 'missing'
      return value === '' ? 'empty' : 'filled'
    },
  }
}

function member(value: unknown, name: string): unknown {
  const parent = parsedText(value)
  if (Array.isArray(parent)) return /^[0-9]+$/.test(name) ? parent[Number(name)] : undefined
  return isRecord(parent) && Object.hasOwn(parent, name) ? parent[name] : undefined
}

/** Parses a string that contains a JSON list or map. */
function parsedText(value: unknown): unknown {
  if (typeof value !== 'string' || !/^[[{]/.test(value)) return value
  return attempt((): unknown => JSON.parse(value)) ?? value
}

function bindingTags(text: string): readonly string[] {
  const parsed = attempt((): unknown => JSON.parse(text))
  return Array.isArray(parsed) ? parsed.filter(isText) : text.split(',').map((each) => each.trim())
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
