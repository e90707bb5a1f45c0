/** Debian's nginx, HAProxy, Caddy and Redis; what cannot be had is said, and its tests are skipped. */
import { spawnSync } from 'node:child_process'

const PACKAGES = { nginx: 'nginx', haproxy: 'haproxy', caddy: 'caddy', 'redis-server': 'redis-server' }

export const installed = (program: string) =>
  spawnSync('bash', ['-c', `PATH=$PATH:/usr/sbin command -v ${program}`], { stdio: 'ignore' }).status === 0

export default function install(): void {
  const missing = Object.entries(PACKAGES).filter(([program]) => !installed(program))
  if (missing.length === 0) return
  const names = missing.map(([, name]) => name)
  const options = ['-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=60']
  const { status, stderr } = spawnSync('apt-get', ['install', ...options, ...names], {
    encoding: 'utf8',
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (status !== 0)
    console.log(
      `skipped: what needs ${names.join(', ')} (apt-get install: ${stderr.trim().split('\n').at(-1)})`,
    )
}
