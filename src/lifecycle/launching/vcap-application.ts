import { goMaps, parseGoJson, renderGoJson } from '../../platform/go/json.ts'
import type { Environment } from '../../system/environment.ts'

/**
 * Completes `VCAP_APPLICATION` as the platform's launcher does: host, instance and port, keys sorted. A value that is not a
 * JSON object is not changed; undefined for `null`, with which the launcher itself crashes.
 */
export function completeVcapApplication(vcapApplication: string, env: Environment): string | undefined {
  const parsed = parseGoJson(vcapApplication)
  if (parsed?.value === null) return undefined
  if (typeof parsed?.value !== 'object' || Array.isArray(parsed.value)) return vcapApplication
  const application = goMaps(parsed.value) as Map<string, unknown>
  application.set('host', '0.0.0.0')
  application.set('instance_id', env.INSTANCE_GUID ?? '')
  const port = parseInteger(env.PORT)
  if (port !== undefined) application.set('port', port)
  const index = parseInteger(env.INSTANCE_INDEX)
  if (index !== undefined) application.set('instance_index', index)
  return renderGoJson(application)
}

/** A decimal 64-bit integer without anything around it. */
function parseInteger(text = ''): bigint | undefined {
  if (!/^[-+]?[0-9]+$/.test(text)) return undefined
  const value = BigInt(text)
  return BigInt.asIntN(64, value) === value ? value : undefined
}
