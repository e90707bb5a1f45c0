/**
 * `VCAP_PLATFORM_OPTIONS`: the address of the platform's CredHub. Local runs do not contact it: references to it in
 * `VCAP_SERVICES` are refused, as on a platform that cannot reach it.
 */
import { attempt } from '../system/attempt.ts'
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
  const value: unknown = attempt(() => JSON.parse(options))
  if (value === undefined) return invalid('not JSON')
  if (value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value))
    return mismatch(value, `value of type ${PACKAGE}.${TYPE}`)
  const uris = Object.entries(value).filter(([key, each]) => /^credhub-uri$/iu.test(key) && each !== null)
  const wrong = uris.find(([, each]) => typeof each !== 'string')
  if (wrong) return mismatch(wrong[1], `struct field ${TYPE}.credhub-uri of type string`)
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

/** The names of Go's type in the platform's message. */
const [PACKAGE, TYPE] = ['platformoptions', 'PlatformOptions']

function mismatch(value: unknown, expected: string): PlatformOptionsRefusal {
  const kind = typeof value === 'boolean' ? 'bool' : Array.isArray(value) ? 'array' : typeof value
  return invalid(`json: cannot unmarshal ${kind} into Go ${expected}`)
}

const unreachable = (why: string): PlatformOptionsRefusal => ({
  kind: 'unreachable',
  message: `Unable to interpolate credhub refs: ${why}`,
})
