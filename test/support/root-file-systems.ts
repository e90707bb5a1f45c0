/**
 * Root file systems with the shell, Perl and tools of the stacks, made of Debian's packages by mmdebstrap: no Python,
 * gawk, Node.js, Ruby or Java. They are kept in the user's cache directory.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** bullseye has bash 5.1, jq 1.6 and Perl 5.32, bookworm bash 5.2 and Perl 5.36; the stacks have the same or newer. */
export type Release = 'bullseye' | 'bookworm'

/** Packages that both stacks list (src/platform/stacks) and that scripts and programs use. */
const PACKAGES =
  'bash mount libstdc++6 perl jq curl openssl ca-certificates tar unzip zip xz-utils bzip2 mawk make procps lsof iproute2 less file tzdata'.split(
    ' ',
  )
/** The platform writes it into each container. */
const HOSTS = 'printf "127.0.0.1 localhost\\n::1 localhost\\n" > "$1/etc/hosts"'

/** Why none can be made here; undefined if they can. */
export const whyNoRootfs: string | undefined =
  spawnSync('mmdebstrap', ['--version']).status === 0 ? undefined : 'mmdebstrap is not installed'

/** @returns the directory; made at the first call, in a minute or two */
export function stackRootfs(release: Release): string {
  const kept = join(
    process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
    'sidecar-buildpack',
    'test-stacks',
  )
  const version = createHash('sha256')
    .update([...PACKAGES, HOSTS].join(' '))
    .digest('hex')
    .slice(0, 12)
  const target = join(kept, `${release}-${version}`)
  if (!existsSync(target)) make(release, kept, target)
  return target
}

function make(release: Release, kept: string, target: string): void {
  mkdirSync(kept, { recursive: true })
  const folder = mkdtempSync(join(kept, '.making-'))
  try {
    console.log(`making ${target} with mmdebstrap …`)
    const archive = join(folder, 'rootfs.tar')
    const options = ['--quiet', '--variant=essential', `--include=${PACKAGES.join(',')}`]
    const hook = `--customize-hook=${HOSTS}`
    execFileSync('mmdebstrap', [...options, hook, release, archive], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const root = join(folder, 'root')
    mkdirSync(root)
    // Unpacked with tar, so that the files belong to this user. Devices are left out: the container has its own.
    execFileSync('tar', ['-xf', archive, '-C', root, '--exclude=./dev/*', '--delay-directory-restore'])
    renameSync(root, target)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
