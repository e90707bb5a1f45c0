/** The programs that the gallery's READMEs call: there, or installed by apt-get, or the reason why not. */
import { spawnSync } from 'node:child_process'

/** Debian's packages of what every example needs, and of what one needs. */
const EVERYWHERE = { python3: 'python3', curl: 'curl', ip: 'iproute2', nsenter: 'util-linux' }
const OF_EXAMPLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'nginx-auth': { nginx: 'nginx-light', openssl: 'openssl' },
  'redis-cache': { 'redis-server': 'redis-server' },
  'mutual-tls': { haproxy: 'haproxy', stunnel4: 'stunnel4', openssl: 'openssl' },
  'open-policy-agent': { go: 'golang-go' },
  opentelemetry: { javac: 'default-jdk-headless', mvn: 'maven', go: 'golang-go' },
}

const isThere = (program: string) =>
  spawnSync('bash', ['-c', `PATH=$PATH:/usr/sbin:/sbin command -v ${program}`], { stdio: 'ignore' })
    .status === 0

const lacking = (programs: Readonly<Record<string, string>>) =>
  Object.entries(programs).filter(([program]) => !isThere(program))

/** @returns what an example lacks, for people; undefined when it lacks nothing */
export function missingFor(example: string): string | undefined {
  const missing = lacking({ ...EVERYWHERE, ...OF_EXAMPLE[example] })
  if (missing.length > 0) return `no ${missing.map(([program]) => program).join(', ')} (apt-get)`
  if (example === 'open-policy-agent' && !goBuildsTheAgent()) return 'no Go 1.26 (what Debian has is older)'
  const args = ['--net', '--pid', '--fork', 'true']
  const { status } = spawnSync('unshare', process.getuid?.() === 0 ? args : ['--map-root-user', ...args])
  return status === 0 ? undefined : 'namespaces are not permitted here (root is wanted)'
}

function goBuildsTheAgent(): boolean {
  const { stdout } = spawnSync('go', ['version'], { encoding: 'utf8' })
  const [, minor = '0'] = /go1\.(\d+)/.exec(stdout ?? '') ?? []
  return Number(minor) >= 26
}

export default function install(): void {
  const missing = lacking(Object.assign({}, EVERYWHERE, ...Object.values(OF_EXAMPLE)))
  if (missing.length === 0) return
  const options = ['-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=60']
  const { status, stderr } = spawnSync(
    'apt-get',
    ['install', ...options, ...missing.map(([, name]) => name)],
    {
      encoding: 'utf8',
      timeout: 600_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    },
  )
  const reason = stderr?.trim().split('\n').at(-1) ?? 'there is none'
  if (status !== 0)
    console.log(`not installed: ${missing.map(([, name]) => name).join(', ')} (apt-get: ${reason})`)
}
