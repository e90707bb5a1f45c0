/**
 * `VCAP_PLATFORM_OPTIONS`: the address of the platform's CredHub. Local runs do not contact it: references to it in
 * `VCAP_SERVICES` are refused, as on a platform that cannot reach it.
 */
import { parseGoJson } from '../platform/go/json.ts'
import type { Environment } from '../system/environment.ts'

interface PlatformOptionsRefusal {
  readonly kind: 'invalid' | 'unreachable'
  /** The platform's message, if it has one. */
  readonly message: string
}

/** Undefined if there is no problem. */
export function checkPlatformOptions(env: Environment): PlatformOptionsRefusal | undefined {
  const options = env.VCAP_PLATFORM_OPTIONS
  if (!options) return undefined
  const parsed = parseGoJson(options)
  if (!parsed) return invalid('not JSON')
  const value = parsed.value
  if (value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) return invalid('not a JSON object')
  const uris = Object.entries(value).filter(([key, each]) => /^credhub-uri$/iu.test(key) && each !== null)
  if (uris.some(([, each]) => typeof each !== 'string')) return invalid('credhub-uri is not a text')
  if (!uris.at(-1)?.[1] || env.CREDHUB_SKIP_INTERPOLATION || !env.VCAP_SERVICES?.includes('"credhub-ref"')) {
    return undefined
  }
  if (!env.CF_INSTANCE_CERT || !env.CF_INSTANCE_KEY) {
    return unreachable(`${NO_CLIENT}: Missing CF_INSTANCE_CERT and/or CF_INSTANCE_KEY`)
  }
  if (!env.CF_SYSTEM_CERT_PATH) return unreachable(`${NO_CLIENT}: Missing CF_SYSTEM_CERT_PATH`)
  return unreachable(
    'CredHub is not available when an app runs locally; write the credentials into VCAP_SERVICES, or set CREDHUB_SKIP_INTERPOLATION',
  )
}

const NO_CLIENT = 'Unable to set up credhub client'

const invalid = (why: string): PlatformOptionsRefusal => ({
  kind: 'invalid',
  message: `Invalid platform options: ${why}`,
})

const unreachable = (why: string): PlatformOptionsRefusal => ({
  kind: 'unreachable',
  message: `Unable to interpolate credhub refs: ${why}`,
})
