/**
 * Starts one process of a droplet as the platform's `launcher` does: once for the app's process and once for each
 * sidecar. Source: https://github.com/cloudfoundry/buildpackapplifecycle, command launcher.
 */
import { join, resolve } from 'node:path'
import { goMaps, parseGoJson, renderGoJson } from '../../platform/go/json.ts'
import { describePathError } from '../../platform/go/system-error.ts'
import { readStagingInfo, STAGING_INFO_FILE, type StagingInfo } from '../../platform/staging-info.ts'
import type { Environment } from '../../system/environment.ts'
import { readForeignFile } from '../../system/foreign-file.ts'
import { databaseUrl } from '../database-url.ts'
import { checkPlatformOptions } from '../platform-options.ts'
import script from './launch.bash'

export interface LaunchOptions {
  /** The unpacked droplet: `app`, `deps`, `profile.d`, `tmp`, `staging_info.yml`. */
  readonly dropletDir: string
  /** Its path for the process, if that differs: `/home/vcap` in a container. */
  readonly home?: string
  /** The start command; '': the one in `staging_info.yml`. */
  readonly command: string
  /** The whole environment of this process, as the platform sets it. */
  readonly env: Readonly<Record<string, string>>
  /** `$0` in the profile scripts, and the name in messages. */
  readonly launcher?: string
}

/** The program to spawn; its output and exit status are those of the process. */
export interface ProcessLaunch {
  readonly file: string
  /** The whole argument vector: `argv[0]` is the name for bash (`argv0` of `spawn`). */
  readonly argv: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

type PreparedLaunch = ProcessLaunch & { readonly kind: 'launch' }

/** Nothing to spawn: the launcher exits with this status and this error message. */
interface LaunchRefused {
  readonly kind: 'refused'
  readonly exit: number
  readonly stderr: string
}

/** Its path on the platform. */
const LAUNCHER = '/tmp/lifecycle/launcher'

/**
 * Determines what the platform would start, without starting it. Reads `staging_info.yml`. To start:
 * `spawn(launch.file, launch.argv.slice(1), { argv0: launch.argv[0], env: launch.env, cwd: launch.cwd })`.
 */
export async function prepareLaunch(options: LaunchOptions): Promise<PreparedLaunch | LaunchRefused> {
  const launcher = options.launcher ?? LAUNCHER
  const dropletDir = resolve(options.dropletDir)
  const home = options.home ?? dropletDir
  const appDir = join(home, 'app')

  const info = await stagingInfo(dropletDir)
  if (typeof info === 'string') return refused(1, `Invalid staging info - ${info}`)
  const command = options.command || info?.start_command
  if (!command) return refused(1, `${launcher}: no start command specified or detected in droplet`)

  const env = launchEnv(options.env, appDir)
  if (typeof env === 'string') return refused(3, env)
  if (env === undefined) return refused(2, 'panic: assignment to entry in nil map\n')

  // With `set -v`, bash prints the script, which has no comments on the platform.
  const text = script
    .replace(/(^| )# .*$/gm, '')
    .replace('@ENTRYPOINT@', () => info?.config?.entrypoint_prefix || 'bash -c')
  return {
    kind: 'launch',
    file: '/bin/bash',
    argv: ['bash', '-c', text, launcher, appDir, command],
    env,
    cwd: home,
  }
}

/** Undefined without the file; a string: the problem with it. */
async function stagingInfo(dropletDir: string): Promise<StagingInfo | string | undefined> {
  try {
    const { value, error } = readStagingInfo(readForeignFile(join(dropletDir, STAGING_INFO_FILE)))
    return error ? `failed to unmarshal ${STAGING_INFO_FILE}: ${error.message}` : value
  } catch (thrown) {
    const error = thrown as NodeJS.ErrnoException
    return error.code === 'ENOENT' ? undefined : describePathError(error, STAGING_INFO_FILE)
  }
}

/**
 * The environment that the launcher creates from the platform's. A string: why it refuses; undefined: it crashes, because
 * `VCAP_APPLICATION` is `null`.
 */
function launchEnv(platform: Readonly<Record<string, string>>, appDir: string) {
  const env: Record<string, string> = {
    ...platform,
    HOME: appDir,
    TMPDIR: join(appDir, '..', 'tmp'),
    DEPS_DIR: join(appDir, '..', 'deps'),
  }
  if (env.VCAP_APPLICATION) {
    const completed = completeVcapApplication(env.VCAP_APPLICATION, env)
    if (completed === undefined) return undefined
    env.VCAP_APPLICATION = completed
  }
  const refusal = checkPlatformOptions(env)
  if (refusal) return refusal.message
  delete env.VCAP_PLATFORM_OPTIONS
  const url = databaseUrl(env.VCAP_SERVICES)
  if (url) env.DATABASE_URL = url
  return env
}

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

const refused = (exit: number, stderr: string): LaunchRefused => ({ kind: 'refused', exit, stderr })
