import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the command line keeps downloads and unpacked files between runs (XDG Base Directory Specification). */
export function cacheDirectory(
  env: Readonly<Record<string, string | undefined>>,
  ...parts: readonly string[]
): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'sidecar-buildpack', ...parts)
}
