/** The base image: no registry is asked for the stack's, so it is made of Debian's packages of the same names. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Of test/data/stacks: what the image's build, the command line, and the app of this suite need. */
const PACKAGES =
  'base-files base-passwd bash bzip2 ca-certificates coreutils curl dash diffutils findutils grep gzip hostname jq ' +
  'libc-bin libstdc++6 lsof mawk mount passwd perl procps sed tar unzip util-linux xz-utils'

/** As the stack's own Dockerfile ends: https://github.com/cloudfoundry/cflinuxfs4/blob/main/Dockerfile */
const VCAP = [
  'chroot "$1" useradd -u 2000 -mU -s /bin/bash vcap',
  'mkdir "$1/home/vcap/app"',
  'chown 2000:2000 "$1/home/vcap/app"',
  'ln -s /home/vcap/app "$1/app"',
].join(' && ')

/** @returns the directory of the root file system, made once and kept in the user's cache directory */
export function stackRootfs(): string {
  const kept = join(
    process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
    'sidecar-buildpack/test/image-base-1',
  )
  if (existsSync(kept)) return kept
  const unfinished = `${kept}.${process.pid}`
  mkdirSync(join(kept, '..'), { recursive: true })
  try {
    const options = ['--quiet', '--variant=custom', `--include=${PACKAGES.replaceAll(' ', ',')}`]
    execFileSync('mmdebstrap', [...options, `--customize-hook=${VCAP}`, 'bookworm', unfinished])
    renameSync(unfinished, kept)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  return kept
}
