/**
 * Starts one process of a droplet as the platform's `launcher` does: once for the app's process and once for each
 * sidecar. Source: https://github.com/cloudfoundry/buildpackapplifecycle, command launcher.
 */
import { join, resolve } from 'node:path'
import { describePathError } from '../../platform/go/system-error.ts'
import { readStagingInfo, STAGING_INFO_FILE, type StagingInfo } from '../../platform/staging-info.ts'
import { readForeignFile } from '../../system/foreign-file.ts'
import { databaseUrl } from '../database-url.ts'
import { checkPlatformOptions } from '../platform-options.ts'
import script from './launch.bash'
import { completeVcapApplication } from './vcap-application.ts'

export interface LaunchOptions {
  /** The unpacked droplet: `app`, `deps`, `profile.d`, `tmp`, `staging_info.yml`. */
  readonly dropletDir: string
  /** Where the process finds it, when that is not where it is now: `/home/vcap` of a container. */
  readonly home?: string
  /** The start command; '': the one of `staging_info.yml`. */
  readonly command: string
  /** The whole environment, as the platform sets it for this process; nothing else reaches it. */
  readonly env: Readonly<Record<string, string>>
  /** What `$0` is in the profiles, and what names itself in messages. */
  readonly launcher?: string
}

/** What is to be spawned; its output and exit status are the process's from then on. */
export interface Launch {
  readonly kind: 'launch'
  readonly file: '/bin/bash'
  /** The whole argument vector: `argv[0]` is the name that bash is given (`argv0` of `spawn`). */
  readonly argv: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

/** Nothing to spawn: the launcher ends with this status and this on its standard error. */
export interface LaunchRefused {
  readonly kind: 'refused'
  readonly exit: number
  readonly stderr: string
}

/** Where the platform keeps it. */
const LAUNCHER = '/tmp/lifecycle/launcher'

/**
 * What the platform would start. Reads `staging_info.yml`, starts nothing:
 * `spawn(launch.file, launch.argv.slice(1), { argv0: launch.argv[0], env: launch.env, cwd: launch.cwd })`.
 */
export async function prepareLaunch(options: LaunchOptions): Promise<Launch | LaunchRefused> {
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

  const text = script.replace('@ENTRYPOINT@', () => info?.config?.entrypoint_prefix || 'bash -c')
  return {
    kind: 'launch',
    file: '/bin/bash',
    argv: ['bash', '-c', text, launcher, appDir, command],
    env,
    cwd: home,
  }
}

/** Undefined without the file; a text: what is wrong with it. */
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
 * The environment that the launcher makes of the platform's; a text: why it refuses, undefined: it breaks on a
 * `VCAP_APPLICATION` of `null`.
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

const refused = (exit: number, stderr: string): LaunchRefused => ({ kind: 'refused', exit, stderr })
