/**
 * The environment that the platform gives to a process and to each of its sidecars. Nothing of the shell that
 * started us is in it.
 *
 * Order of precedence, as Cloud Controller and Diego have it: the container's, the app's own, what Cloud
 * Controller computes, the bound services, the instance's.
 */
import { type MemorySize, toMegabytes } from '../config/memory-size.ts'
import type { InstanceSidecar, InstanceSpec } from './instance-spec.ts'

export interface InstanceIdentity {
  readonly guid: string
  /** An IPv4 address of this machine. */
  readonly address: string
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/** Cloud Controller's defaults. */
const FILE_DESCRIPTORS = 16_384
const DISK_MEGABYTES = 1024

/** @param sidecar absent: the app's own process, whose memory is what its sidecars leave */
export function processEnvironment(
  spec: InstanceSpec,
  instance: InstanceIdentity,
  sidecar?: InstanceSidecar,
): Record<string, string> {
  const limit = sidecar ? (sidecar.memory ?? spec.memory) : memoryOfProcess(spec)
  const port = String(spec.port)
  return {
    PATH,
    LANG: 'en_US.UTF-8',
    USER: 'vcap',
    VCAP_APP_HOST: '0.0.0.0',
    VCAP_APP_PORT: port,
    PORT: port,
    ...Object.fromEntries(spec.env),
    VCAP_APPLICATION: vcapApplication(spec, limit),
    MEMORY_LIMIT: `${toMegabytes(limit)}m`,
    VCAP_SERVICES: spec.services,
    INSTANCE_GUID: instance.guid,
    INSTANCE_INDEX: '0',
    CF_INSTANCE_GUID: instance.guid,
    CF_INSTANCE_INDEX: '0',
    CF_INSTANCE_IP: instance.address,
    CF_INSTANCE_INTERNAL_IP: instance.address,
    CF_INSTANCE_PORT: port,
    CF_INSTANCE_ADDR: `${instance.address}:${port}`,
    CF_INSTANCE_PORTS: JSON.stringify([{ external: spec.port, internal: spec.port }]),
  }
}

/** What the platform leaves to the app's process: the container's less what its sidecars reserve. */
export function memoryOfProcess({ memory, sidecars }: Pick<InstanceSpec, 'memory' | 'sidecars'>): MemorySize {
  return { bytes: sidecars.reduce((left, each) => left - (each.memory?.bytes ?? 0), memory.bytes) }
}

/** Completed at start by the launcher (`host`, `instance_id`, `instance_index`, `port`). */
function vcapApplication({ app, processType, port }: InstanceSpec, limit: MemorySize): string {
  const uris = [`localhost:${port}`]
  return JSON.stringify({
    cf_api: 'http://localhost',
    limits: { fds: FILE_DESCRIPTORS, mem: toMegabytes(limit), disk: DISK_MEGABYTES },
    application_name: app.name,
    application_uris: uris,
    name: app.name,
    space_name: 'local',
    space_id: '00000000-0000-4000-8000-000000000002',
    organization_id: '00000000-0000-4000-8000-000000000001',
    organization_name: 'local',
    uris,
    process_id: app.guid,
    process_type: processType,
    application_id: app.guid,
    version: app.version,
    application_version: app.version,
  })
}
