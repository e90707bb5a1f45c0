import { readBuiltIdentity } from '../buildpack/built-identity.ts'
import { ownFolder } from '../buildpack/own-folder.ts'

/** This buildpack as installed. */
export function ownBuildpack(): { buildpackDir: string; buildpackName: string; buildpackVersion: string } {
  const buildpackDir = ownFolder()
  const { name, version } = readBuiltIdentity(buildpackDir)
  return { buildpackDir, buildpackName: name, buildpackVersion: version }
}
