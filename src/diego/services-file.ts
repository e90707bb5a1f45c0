/** Bound services given as a file: what `cf env` shows of an app, or `VCAP_SERVICES` alone. */
import { InputError } from '../config/problems.ts'
import { parseCfEnv } from './cf-env.ts'

/** `VCAP_SERVICES` and the names of the services in it. */
export interface BoundServices {
  /** JSON. */
  readonly json: string
  readonly names: readonly string[]
}

export const NO_SERVICES: BoundServices = { json: '{}', names: [] }

/**
 * @param text `{"label": [{"name": …, "credentials": {…}}]}`, or that under a key `VCAP_SERVICES`, or all that
 * `cf env APP` prints
 * @throws InputError when it is not of that form; the message holds nothing of the text
 */
export function readServices(text: string, file: string): BoundServices {
  const printed = parseCfEnv(text)
  const parsed = parse(printed ? (printed.services ?? '{}') : text, file)
  const services = isMap(parsed) && isMap(parsed.VCAP_SERVICES) ? parsed.VCAP_SERVICES : parsed
  if (!isMap(services)) throw new InputError(`${file}: ${FORM}`)
  const names = Object.values(services).flatMap((instances) => {
    if (!Array.isArray(instances)) throw new InputError(`${file}: ${FORM}`)
    return instances.map((instance: unknown) => {
      if (!isMap(instance) || typeof instance.name !== 'string') throw new InputError(`${file}: ${FORM}`)
      return instance.name
    })
  })
  return { json: JSON.stringify(services), names }
}

const FORM =
  'services are written as {"label": [{"name": "my-service", "credentials": {}}]}, as VCAP_SERVICES holds them'

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InputError(`${file} is not valid JSON`)
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
