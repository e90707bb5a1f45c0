/** What builds the image and runs it: installed by apt-get, or the reason why not. */
import { spawnSync } from 'node:child_process'
import { installed, installPackages } from '../../support/programs.ts'

const PACKAGES = { buildah: 'buildah', mmdebstrap: 'mmdebstrap', runc: 'runc', unzip: 'unzip' }

export default function install(): void {
  if (process.getuid?.() === 0) installPackages(PACKAGES)
}

/** Why the suite cannot run here; undefined when it can. */
export function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'root is needed to build and run an image'
  const programs = Object.keys(PACKAGES).filter((each) => !installed(each))
  if (programs.length > 0) return `${programs.join(', ')} not found`
  const { status } = spawnSync('unshare', ['--mount', '--pid', '--fork', '--mount-proc', 'true'])
  return status === 0 ? undefined : 'namespaces are not permitted here'
}
