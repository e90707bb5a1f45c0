/** The file of `--services`: the output of `cf env`, or only `VCAP_SERVICES`. */
import { InputError } from '../problems/problems.ts'
import { parseCfEnv } from './cf-env.ts'
import type { CommandLine } from './command-line.ts'
import { readInputText } from './input-text.ts'

/** `VCAP_SERVICES` and the names of the services in it. */
export interface BoundServices {
  /** JSON. */
  readonly json: string
  readonly names: readonly string[]
}

export const NO_SERVICES: BoundServices = { json: '{}', names: [] }

/** @throws InputError when it cannot be read or has another format */
export async function readServicesFile(file: string, line: CommandLine): Promise<BoundServices> {
  return parseServices(await readInputText('--services', file, line), file)
}

/**
 * @param text `{"label": [{"name": …, "credentials": {…}}]}`, or that under a key `VCAP_SERVICES`, or all that
 * of the output of `cf env APP`
 * @throws InputError when it has another form; the message contains nothing of the text
 */
export function parseServices(text: string, file: string): BoundServices {
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
  return { json: render(services, file), names }
}

const FORM = 'expected {"label": [{"name": "my-service", "credentials": {}}]}, as in VCAP_SERVICES'

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InputError(`${file} is not valid JSON; ${FORM}, or the output of cf env APP`)
  }
}

/** JSON.stringify overflows the stack where JSON.parse does not. */
function render(services: unknown, file: string): string {
  try {
    return JSON.stringify(services)
  } catch {
    throw new InputError(`${file}: the JSON is nested too deeply`)
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
