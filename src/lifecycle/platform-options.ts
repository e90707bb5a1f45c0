/**
 * `VCAP_PLATFORM_OPTIONS`: where the platform's CredHub is. Here nobody asks it: references to it in `VCAP_SERVICES` are
 * refused as clearly as a platform that cannot reach it refuses them.
 */
import { parseGoJson } from './go/json.ts'

/** What is wrong with it, in the platform's words where it has some; undefined when all is well. */
export function checkPlatformOptions(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const options = env.VCAP_PLATFORM_OPTIONS
  if (!options) return undefined
  const parsed = parseGoJson(options)
  if (!parsed) return 'Invalid platform options: not JSON'
  const value = parsed.value
  if (value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) return 'Invalid platform options: not a JSON object'
  const uris = Object.entries(value).filter(([key, each]) => /^credhub-uri$/iu.test(key) && each !== null)
  if (uris.some(([, each]) => typeof each !== 'string'))
    return 'Invalid platform options: credhub-uri is not a text'
  if (!uris.at(-1)?.[1] || env.CREDHUB_SKIP_INTERPOLATION || !env.VCAP_SERVICES?.includes('"credhub-ref"')) {
    return undefined
  }
  if (!env.CF_INSTANCE_CERT || !env.CF_INSTANCE_KEY) {
    return 'Unable to interpolate credhub refs: Unable to set up credhub client: Missing CF_INSTANCE_CERT and/or CF_INSTANCE_KEY'
  }
  if (!env.CF_SYSTEM_CERT_PATH) {
    return 'Unable to interpolate credhub refs: Unable to set up credhub client: Missing CF_SYSTEM_CERT_PATH'
  }
  return 'Unable to interpolate credhub refs: CredHub is not asked when an app is run locally; write the credentials themselves into VCAP_SERVICES, or set CREDHUB_SKIP_INTERPOLATION'
}
