import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Identity } from './identity.ts'

/** A copy of buildpack.toml's identity beside the compiled scripts, which start faster without a TOML parser. */
export const BUILT_IDENTITY = 'dist/identity.json'

/** Written by the build and by packaging, from buildpack.toml. */
export function readBuiltIdentity(buildpackDir: string): Identity {
  return JSON.parse(readFileSync(join(buildpackDir, BUILT_IDENTITY), 'utf8'))
}

export function builtIdentityText({ id, name, version }: Identity): string {
  return `${JSON.stringify({ id, name, version })}\n`
}
