/** The requirements for a container: util-linux, and a kernel that lets this user create namespaces. */
import { execFile } from 'node:child_process'
import { constants, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { attempt } from '../system/attempt.ts'
import { mayAccess } from '../system/may-access.ts'

export interface ContainerTools {
  readonly unshare: string
  readonly nsenter: string
  /** Whether a user namespace is needed: for every user except root. */
  readonly userNamespace: boolean
}

/** The reason and the remedy, as sentences. */
interface NoContainer {
  readonly reason: string
  readonly remedy: string
}

const DIRECTORIES = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin']

/** Creates namespaces to test whether the kernel permits it. Takes some milliseconds. */
export async function findContainerTools(): Promise<ContainerTools | NoContainer> {
  const needed = ['unshare', 'nsenter', 'mount', 'umount', 'pivot_root'].map(
    (name) => [name, locate(name)] as const,
  )
  const missing = needed.flatMap(([name, path]) => (path === undefined ? [name] : []))
  const [[, unshare], [, nsenter]] = needed as [[string, string], [string, string]]
  if (missing.length > 0) {
    return {
      reason: `${missing.join(', ')} not found`,
      remedy: 'Install util-linux',
    }
  }
  const userNamespace = process.getuid?.() !== 0
  const tools = { unshare, nsenter, userNamespace }
  try {
    await promisify(execFile)(unshare, [...namespaces(tools), 'mount', '-t', 'proc', 'proc', '/proc'], {
      env: { PATH: DIRECTORIES.join(':') },
    })
    return tools
  } catch (thrown) {
    const { stderr = '', message } = thrown as Error & { stderr?: string }
    return { reason: stderr.trim() || message, remedy: remedy() }
  }
}

/** For entering a container of another process, which has checked the tools. */
export function enteringTools(): Pick<ContainerTools, 'nsenter' | 'userNamespace'> {
  return { nsenter: locate('nsenter') ?? 'nsenter', userNamespace: process.getuid?.() !== 0 }
}

/** Arguments of `unshare`: the container's namespaces, and a fork that becomes its first process. */
export function namespaces({ userNamespace }: Pick<ContainerTools, 'userNamespace'>): readonly string[] {
  return [
    ...(userNamespace ? ['--user', '--map-root-user'] : []),
    ...['--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child', '--propagation', 'private'],
  ]
}

/** Settings with which distributions forbid it: https://docs.kernel.org/admin-guide/sysctl/user.html and those of Debian and Ubuntu. */
const SETTINGS: readonly (readonly [name: string, forbids: string, allows: string])[] = [
  ['kernel/apparmor_restrict_unprivileged_userns', '1', '0'],
  ['kernel/unprivileged_userns_clone', '0', '1'],
  ['user/max_user_namespaces', '0', '10000'],
]

function remedy(): string {
  const set = SETTINGS.filter(([name, forbids]) => setting(name) === forbids)
  const commands = set.map(([name, , allows]) => `sudo sysctl ${name.replace('/', '.')}=${allows}`)
  if (commands.length > 0) return `To allow it: ${commands.join('; ')}`
  return 'Inside a container, allow it to create namespaces, for example with docker run --privileged'
}

function setting(name: string): string | undefined {
  return attempt(() => readFileSync(`/proc/sys/${name}`, 'utf8').trim())
}

function locate(name: string): string | undefined {
  return DIRECTORIES.map((directory) => `${directory}/${name}`).find((path) =>
    mayAccess(path, constants.X_OK),
  )
}
