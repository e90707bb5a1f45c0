/** Debian's packages for the further suites; what cannot be had is said, and its tests are skipped. */
import { spawnSync } from 'node:child_process'

export const installed = (program: string) =>
  spawnSync('bash', ['-c', `PATH=$PATH:/usr/sbin command -v ${program}`], { stdio: 'ignore' }).status === 0

/** @param packages by a program or file that each brings: what is there already is left alone */
export function installPackages(
  packages: Readonly<Record<string, string>>,
  isThere: (sign: string) => boolean = installed,
): void {
  const names = Object.entries(packages).flatMap(([sign, name]) => (isThere(sign) ? [] : [name]))
  if (names.length === 0) return
  const options = ['-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300']
  const { status, stderr, error } = spawnSync('apt-get', ['install', ...options, ...names], {
    encoding: 'utf8',
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (status === 0) return
  const why = error?.message ?? stderr.trim().split('\n').at(-1)
  console.log(`skipped: what needs ${names.join(', ')} (apt-get install: ${why})`)
}
