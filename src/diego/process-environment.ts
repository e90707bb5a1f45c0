/**
 * The platform's environment of a process and each of its sidecars. It contains nothing of the user's shell.
 *
 * In ascending precedence, as in Cloud Controller and Diego: the container's variables, the app's, those of Cloud
 * Controller, the bound services, the instance's.
 */

import { vcapApplication } from '../lifecycle/vcap-application.ts'
import { type MemorySize, toMegabytes } from '../platform/memory-size.ts'
import { reservedBytes } from '../platform/process-memory.ts'
import type { InstanceSidecar, InstanceSpec } from './instance-spec.ts'

export interface InstanceAddress {
  readonly guid: string
  /** An IPv4 address of this machine, which is the container's as well. */
  readonly address: string
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/** Cloud Controller's defaults. */
const DISK_MEGABYTES = 1024

/** @param sidecar absent: the app's own process, which gets the memory that its sidecars leave */
export function processEnvironment(
  spec: InstanceSpec,
  instance: InstanceAddress,
  sidecar?: InstanceSidecar,
): Record<string, string> {
  const limit = sidecar ? (sidecar.memory ?? spec.memory) : memoryOfProcess(spec)
  const port = String(spec.port)
  return {
    ...CONTAINER,
    VCAP_APP_HOST: '0.0.0.0',
    VCAP_APP_PORT: port,
    PORT: port,
    ...Object.fromEntries(spec.env),
    VCAP_APPLICATION: applicationOf(spec, limit),
    MEMORY_LIMIT: `${toMegabytes(limit)}m`,
    VCAP_SERVICES: spec.services,
    INSTANCE_GUID: instance.guid,
    INSTANCE_INDEX: String(spec.index),
    CF_INSTANCE_GUID: instance.guid,
    CF_INSTANCE_INDEX: String(spec.index),
    ...addresses(instance),
    ...(spec.proxyMemory.bytes > 0 ? proxiedPorts(spec.port) : ports(spec.port, instance)),
  }
}

/**
 * A task has no port, no sidecars and no instance index. Source: Cloud Controller's
 * lib/cloud_controller/diego/task_environment.rb.
 */
export function taskEnvironment(spec: InstanceSpec, instance: InstanceAddress): Record<string, string> {
  return {
    ...CONTAINER,
    ...Object.fromEntries(spec.env),
    VCAP_APPLICATION: applicationOf(spec, spec.memory),
    MEMORY_LIMIT: `${toMegabytes(spec.memory)}m`,
    VCAP_SERVICES: spec.services,
    ...addresses(instance),
    CF_INSTANCE_PORT: '',
    CF_INSTANCE_ADDR: '',
    CF_INSTANCE_PORTS: '[]',
  }
}

const CONTAINER = { PATH, LANG: 'en_US.UTF-8', USER: 'vcap' }

/** Source of these: cloudfoundry/executor, depot/steps/run_step.go (`networkingEnvVars`). */
function addresses({ address }: InstanceAddress): Record<string, string> {
  return { CF_INSTANCE_IP: address, CF_INSTANCE_INTERNAL_IP: address }
}

function ports(port: number, { address }: InstanceAddress): Record<string, string> {
  return {
    CF_INSTANCE_PORT: String(port),
    CF_INSTANCE_ADDR: `${address}:${port}`,
    CF_INSTANCE_PORTS: JSON.stringify([{ external: port, internal: port }]),
  }
}

/** The platform's proxy: the app's own port cannot be reached from outside, and certificates come with it. */
function proxiedPorts(port: number): Record<string, string> {
  return {
    CF_INSTANCE_PORTS: JSON.stringify([
      { internal: port, external_tls_proxy: 61_001, internal_tls_proxy: 61_001 },
      { internal: port, internal_tls_proxy: 61_443 },
    ]),
    CF_INSTANCE_CERT: '/etc/cf-instance-credentials/instance.crt',
    CF_INSTANCE_KEY: '/etc/cf-instance-credentials/instance.key',
  }
}

/** The memory of the app's process: the container's minus the reservations of its sidecars. */
export function memoryOfProcess({ memory, sidecars }: Pick<InstanceSpec, 'memory' | 'sidecars'>): MemorySize {
  return { bytes: memory.bytes - reservedBytes(sidecars) }
}

/** Completed at start by the launcher (`host`, `instance_id`, `instance_index`, `port`). */
function applicationOf({ app, processType, port, task }: InstanceSpec, limit: MemorySize): string {
  return vcapApplication(
    { ...app, uris: [`localhost:${port}`], memory: toMegabytes(limit), disk: DISK_MEGABYTES },
    {
      space_id: '00000000-0000-4000-8000-000000000002',
      organization_id: '00000000-0000-4000-8000-000000000001',
      ...(task === undefined && { process_id: app.guid, process_type: processType }),
      version: app.version,
      application_version: app.version,
    },
  )
}
