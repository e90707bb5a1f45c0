/** The programs that the gallery's READMEs call: there, or installed by apt-get, or the reason why not. */
import { spawnSync } from 'node:child_process'
import { installed, installPackages } from '../../support/programs.ts'

/** Debian's packages of what every example needs, and of what one needs. */
const EVERYWHERE = { python3: 'python3', curl: 'curl', ip: 'iproute2', nsenter: 'util-linux' }
const OF_EXAMPLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'nginx-auth': { nginx: 'nginx-light', openssl: 'openssl' },
  'redis-cache': { 'redis-server': 'redis-server' },
  'mutual-tls': { haproxy: 'haproxy', openssl: 'openssl' },
  'open-policy-agent': { go: 'golang-go' },
  opentelemetry: { javac: 'default-jdk-headless', mvn: 'maven', go: 'golang-go' },
}

export default function install(): void {
  installPackages(Object.assign({}, EVERYWHERE, ...Object.values(OF_EXAMPLE)))
}

/** @returns what an example lacks, for people; undefined when it lacks nothing */
export function missingFor(example: string): string | undefined {
  const missing = Object.keys({ ...EVERYWHERE, ...OF_EXAMPLE[example] }).filter((each) => !installed(each))
  if (missing.length > 0) return `no ${missing.join(', ')}`
  if (example === 'open-policy-agent' && !goBuildsTheAgent()) return 'no Go 1.26 (what Debian has is older)'
  const args = ['--net', '--pid', '--fork', 'true']
  const { status } = spawnSync('unshare', process.getuid?.() === 0 ? args : ['--map-root-user', ...args])
  return status === 0 ? undefined : 'namespaces are not permitted here (root is wanted)'
}

function goBuildsTheAgent(): boolean {
  const { stdout } = spawnSync('go', ['version'], { encoding: 'utf8' })
  const [, minor = '0'] = /go1\.(\d+)/.exec(stdout) ?? []
  return Number(minor) >= 26
}
