/** The processes of an app manifest: the app's own keys, and its list `processes`. */
import type { MemorySize } from '../config/memory-size.ts'
import type { Place, Problems } from '../config/problems.ts'
import type { MapNode } from '../config/yaml/nodes.ts'
import { FieldReader } from './field-reader.ts'

export interface ManifestProcess {
  readonly type: string
  readonly place: Place
  readonly command?: string
  readonly memory?: MemorySize
  readonly healthCheckType?: HealthCheckType
  /** A path that begins with `/`. */
  readonly healthCheckEndpoint?: string
  /** How long one check may take, seconds. */
  readonly healthCheckInvocationTimeout?: number
  /** How long the process may take to become healthy, seconds. */
  readonly timeout?: number
}

export type HealthCheckType = 'port' | 'http' | 'process'

/** Every process that the manifest mentions, by its type; `web` is always there. */
export function readProcesses(
  app: MapNode,
  read: FieldReader,
  problems: Problems,
): ReadonlyMap<string, ManifestProcess> {
  const processes = new Map([['web', readProcess(app, 'web', '', problems)]])
  const seen = new Set<string>()
  for (const [index, map] of read.maps('processes').entries()) {
    const where = `processes[${index}].`
    const type = new FieldReader(map, where, problems).text('type')
    if (type === undefined)
      problems.error(map.place, `${where}type is missing`, 'write type: web or type: worker')
    else if (seen.has(type)) problems.error(map.place, `the process ${type} stands twice`, 'keep one of them')
    else processes.set(type, readProcess(map, type, where, problems))
    if (type !== undefined) seen.add(type)
  }
  return processes
}

function readProcess(map: MapNode, type: string, where: string, problems: Problems): ManifestProcess {
  const read = new FieldReader(map, where, problems)
  const written = {
    command: read.text('command'),
    memory: read.memory('memory'),
    healthCheckType: readHealthCheckType(read),
    healthCheckEndpoint: read.text('health-check-http-endpoint'),
    healthCheckInvocationTimeout: read.seconds('health-check-invocation-timeout'),
    timeout: read.seconds('timeout') ?? read.seconds('health-check-timeout'),
  }
  // The platform reads the texts `null` and `default` as: the command that staging found.
  if (written.command === 'null' || written.command === 'default') written.command = undefined
  return Object.freeze({ type, place: map.place, ...present(written) })
}

function readHealthCheckType(read: FieldReader): HealthCheckType | undefined {
  const type = read.text('health-check-type')
  if (type === undefined || type === 'port' || type === 'http' || type === 'process') return type
  if (type === 'none') return 'process'
  read.error('health-check-type', `is ${type}`, 'write port, http or process')
  return undefined
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function present<T extends Record<string, unknown>>(record: T): Present<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Present<T>
}
