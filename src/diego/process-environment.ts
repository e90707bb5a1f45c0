/**
 * The platform's environment of a process and each of its sidecars. It contains nothing of the user's shell.
 *
 * In ascending precedence, as in Cloud Controller and Diego: the container's variables, the app's, those of Cloud
 * Controller, the bound services, the instance's.
 */

import { vcapApplication } from '../lifecycle/vcap-application.ts'
import { type MemorySize, toMegabytes } from '../platform/memory-size.ts'
import type { InstanceSpec } from './instance-spec.ts'
import type { Role } from './roles.ts'

interface InstanceAddress {
  readonly guid: string
  /** An IPv4 address of this machine, which is the container's as well. */
  readonly address: string
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/** Cloud Controller's defaults. */
const DISK_MEGABYTES = 1024

export function processEnvironment(
  spec: InstanceSpec,
  { memory }: Pick<Role, 'memory'>,
  instance: InstanceAddress,
): Record<string, string> {
  const port = String(spec.port)
  const isTask = spec.task !== undefined
  return {
    ...{ PATH, LANG: 'en_US.UTF-8', USER: 'vcap' },
    ...(!isTask && { VCAP_APP_HOST: '0.0.0.0', VCAP_APP_PORT: port, PORT: port }),
    ...Object.fromEntries(spec.env),
    VCAP_APPLICATION: applicationOf(spec, memory),
    MEMORY_LIMIT: `${toMegabytes(memory)}m`,
    VCAP_SERVICES: spec.services,
    // Source of these: cloudfoundry/executor, depot/steps/run_step.go (`networkingEnvVars`).
    CF_INSTANCE_IP: instance.address,
    CF_INSTANCE_INTERNAL_IP: instance.address,
    ...(isTask ? TASK : instanceVariables(spec, instance)),
  }
}

/**
 * A task has no port, no sidecars and no instance index. Source: Cloud Controller's
 * lib/cloud_controller/diego/task_environment.rb.
 */
const TASK = { CF_INSTANCE_PORT: '', CF_INSTANCE_ADDR: '', CF_INSTANCE_PORTS: '[]' }

function instanceVariables({ index, port, proxyMemory }: InstanceSpec, instance: InstanceAddress) {
  return {
    INSTANCE_GUID: instance.guid,
    INSTANCE_INDEX: String(index),
    CF_INSTANCE_GUID: instance.guid,
    CF_INSTANCE_INDEX: String(index),
    ...(proxyMemory.bytes > 0 ? proxiedPorts(port) : ports(port, instance)),
  }
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
