import { dirname } from 'node:path'
import { readBuiltIdentity } from '../buildpack/built-identity.ts'

/** This buildpack as installed: dist/cli.cjs lies in its `dist`. */
export function ownBuildpack(): { buildpackDir: string; buildpackName: string; buildpackVersion: string } {
  const buildpackDir = dirname(__dirname)
  const { name, version } = readBuiltIdentity(buildpackDir)
  return { buildpackDir, buildpackName: name, buildpackVersion: version }
}
