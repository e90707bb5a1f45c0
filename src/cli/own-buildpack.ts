import { dirname } from 'node:path'
import { readIdentity } from '../buildpack/identity.ts'

/** This buildpack as installed: dist/cli.cjs lies in its `dist`. */
export function ownBuildpack(): { buildpackDir: string; buildpackName: string; buildpackVersion: string } {
  const buildpackDir = dirname(__dirname)
  const { name, version } = readIdentity(buildpackDir)
  return { buildpackDir, buildpackName: name, buildpackVersion: version }
}
