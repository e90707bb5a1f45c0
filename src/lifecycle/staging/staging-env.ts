/**
 * The environment at staging, as the platform sets it. A buildpack only gets `PATH`, the network settings and the
 * temporary directory of this machine.
 * Source: https://docs.cloudfoundry.org/devguide/deploy-apps/environment-variable.html
 */
import type { Environment } from '../../system/environment.ts'
import { appGuid } from '../guid.ts'
import { vcapApplication } from '../vcap-application.ts'

export interface StagingEnvironment {
  readonly appName: string
  /** The staging container's memory, MiB. */
  readonly memory: number
  readonly stack: string
  /** The app's own variables. */
  readonly env: ReadonlyMap<string, string>
  /** `VCAP_SERVICES`, JSON. */
  readonly services: string
  readonly home: string
  /** This machine's environment. */
  readonly host: Environment
  /** Whether the scripts have their own temporary directory. */
  readonly ownTmp?: boolean
}

/** Minimum memory of a staging container, MiB. */
export const LEAST_STAGING_MEMORY = 1024
/** Its disk, MiB. */
const STAGING_DISK = 4096

const OF_THIS_MACHINE = [
  'PATH',
  'TMPDIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
]

export function stagingEnv(staging: StagingEnvironment): Readonly<Record<string, string>> {
  const { appName: name, memory } = staging
  const taken = OF_THIS_MACHINE.flatMap((name) => {
    const value = staging.host[name]
    return value === undefined || (staging.ownTmp && name === 'TMPDIR') ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(taken),
    LANG: 'en_US.UTF-8',
    HOME: staging.home,
    USER: 'vcap',
    ...Object.fromEntries(staging.env),
    CF_STACK: staging.stack,
    MEMORY_LIMIT: `${memory}m`,
    VCAP_APPLICATION: vcapApplication(
      { name, guid: appGuid(name), uris: [], memory, disk: STAGING_DISK },
      { users: null },
    ),
    VCAP_SERVICES: staging.services,
  }
}
