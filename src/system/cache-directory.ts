import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from './environment.ts'

/** Where the command line keeps downloads and unpacked files between runs (XDG Base Directory Specification). */
export function cacheDirectory(env: Environment, ...parts: readonly string[]): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'sidecar-buildpack', ...parts)
}
