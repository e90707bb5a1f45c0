/**
 * `DATABASE_URL`: the platform sets it from the bound services, at staging and at start.
 * Source: https://github.com/cloudfoundry/buildpackapplifecycle, package databaseuri.
 */
import { parseGoJson } from '../platform/go/json.ts'
import { parseGoUrl } from '../platform/go/url.ts'

/** The schemes of databases, and their replacements. */
const SCHEMES: Readonly<Record<string, string>> = {
  mysql: 'mysql2',
  mysql2: 'mysql2',
  postgres: 'postgres',
  postgresql: 'postgres',
}

/**
 * The first database URI in the services' credentials (the platform uses an arbitrary one), or undefined.
 * @param vcapServices the value of `VCAP_SERVICES`
 */
export function databaseUrl(vcapServices: string | undefined): string | undefined {
  const parsed = vcapServices ? parseGoJson(vcapServices) : undefined
  const uris = parsed && credentialUris(parsed.value)
  for (const uri of uris ?? []) {
    const url = parseGoUrl(uri)
    const scheme = url && Object.hasOwn(SCHEMES, url.scheme) ? SCHEMES[url.scheme] : undefined
    if (url && scheme) return url.print(scheme)
  }
  return undefined
}

/** Every `credentials.uri`; undefined if a value does not have the type that the platform expects. */
function credentialUris(services: unknown): readonly string[] | undefined {
  const uris: string[] = []
  for (const instances of objectValues(services) ?? [undefined]) {
    if (instances === null) continue
    if (!Array.isArray(instances)) return undefined
    for (const instance of instances) {
      const uri = credentialUri(instance)
      if (uri === undefined) return undefined
      if (uri !== '') uris.push(uri)
    }
  }
  return uris
}

function credentialUri(instance: unknown): string | undefined {
  let uri = ''
  for (const credentials of fields(instance, 'credentials') ?? [undefined]) {
    for (const value of fields(credentials, 'uri') ?? [undefined]) {
      if (value === null) continue
      if (typeof value !== 'string') return undefined
      uri = value
    }
  }
  return uri
}

/** Values of a field, whose name is case-insensitive; undefined if `value` is not an object. */
function fields(value: unknown, name: string): readonly unknown[] | undefined {
  if (value === null) return []
  if (typeof value !== 'object' || Array.isArray(value)) return undefined
  const named = new RegExp(`^${name}$`, 'iu')
  return Object.entries(value as object)
    .filter(([key]) => named.test(key))
    .map(([, each]) => each)
}

function objectValues(value: unknown): readonly unknown[] | undefined {
  if (value === null) return []
  return typeof value === 'object' && !Array.isArray(value) ? Object.values(value as object) : undefined
}
