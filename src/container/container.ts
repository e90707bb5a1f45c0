/**
 * A container of the kernel's namespaces, made by util-linux: its own root file system, processes, host name and shared
 * memory; the network is the machine's. It lives until it is destroyed, or until this process ends, however that happens:
 * its first process then reads the end of its input, and the kernel kills whatever else is in it.
 * Sources: https://man7.org/linux/man-pages/man7/namespaces.7.html, unshare(1), nsenter(1), pivot_root(2).
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { OPEN_FILES, PROCESSES, VCAP } from '../platform/container.ts'
import { underPlatformUmask } from '../platform/umask.ts'
import type { ContainerChoice } from './choice.ts'
import enterScript from './enter.bash'
import initScript from './init.bash'
import { type Keeper, namespaceOf, openKeeper } from './keeper.ts'
import { prepareRoot, type RootFileSystem, rootPaths } from './root-file-system.ts'
import { type ContainerTools, namespaces } from './tools.ts'

/** Arguments of `spawn`: a program, its arguments, and the whole environment. */
export interface Spawnable {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** A program in the container: its path there, arguments, environment and working directory. */
export interface Program extends Spawnable {
  /** Its first argument (argv[0]); absent: `file`. */
  readonly name?: string
  readonly cwd: string
}

export interface Container {
  /** Pid of the process that holds the namespaces: other processes use it to enter. */
  readonly holder: number
  /** Runs as vcap. The spawned process ends with the same signal or status as the program. */
  enter(program: Program): Spawnable
  /**
   * Like `enter`, for a program whose pid is needed: the spawned process writes it to descriptor 3, and waits for a line
   * there before the program starts. Its exit status is that of the program, or 128 plus the signal.
   */
  enterTold(program: Program): Spawnable
}

/** The ids of vcap on this machine: for root, vcap's own; other users become vcap in a namespace. */
export function vcapOnMachine(): { readonly uid: number; readonly gid: number } {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  return uid === 0 ? { uid: VCAP.uid, gid: VCAP.gid } : { uid, gid }
}

/** Gives files to the user of the container's processes. */
export async function ownByVcap(paths: readonly string[]): Promise<void> {
  const { uid, gid } = vcapOnMachine()
  if (uid === process.getuid?.()) return
  await promisify(execFile)('chown', ['-R', '-h', `${uid}:${gid}`, ...paths])
}

/** A container whose directory is still empty. */
export interface ReservedContainer extends Omit<Keeper, 'start'> {
  /** @throws Error in the words of the tool that failed */
  start(root: Omit<RootFileSystem, 'hostname' | 'rootfs'>): Promise<Container>
}

interface ReserveContainer {
  readonly parent: string
  readonly prefix: string
  readonly hostname: string
}

/** @throws Error when the folder cannot be made */
export function reserveContainer(
  { tools, rootfs }: ContainerChoice,
  { parent, prefix, hostname }: ReserveContainer,
): ReservedContainer {
  const mode = tools.userNamespace ? 'user' : 'root'
  const keeper = openKeeper(parent, prefix, (folder) => {
    const { root, table } = rootPaths(folder)
    const init = ['/bin/bash', '-pc', initScript, 'garden-init', root, table, hostname, mode]
    return [tools.unshare, ...namespaces(tools), ...init]
  })
  return {
    ...keeper,
    start: async (options) => {
      const all = { ...options, hostname, ...(rootfs !== undefined && { rootfs }) }
      underPlatformUmask(() => prepareRoot(keeper.folder, all, vcapOnMachine()))
      const holder = await keeper.start()
      return {
        holder,
        enter: (program) => spawnable(tools, holder, program, 'alone'),
        enterTold: (program) => spawnable(tools, holder, program, 'told'),
      }
    },
  }
}

/** Enters the container of another process of this machine. */
export function spawnable(
  { nsenter, userNamespace }: Pick<ContainerTools, 'nsenter' | 'userNamespace'>,
  holder: number,
  { file, name = file, args, env, cwd }: Program,
  mode: 'alone' | 'told',
): Spawnable {
  const ns = `/proc/${holder}/ns`
  const into = [
    ...(userNamespace ? ['--preserve-credentials', `--user=${ns}/user`] : []),
    ...[`--mount=${ns}/mnt`, `--uts=${ns}/uts`, `--ipc=${ns}/ipc`, `--pid=${ns}/pid_for_children`],
    ...(mode === 'told' ? ['--no-fork'] : []),
  ]
  const become = userNamespace
    ? ['/usr/bin/nsenter', '--preserve-credentials', '--user=/proc/1/ns/user', '--']
    : [
        '/usr/bin/setpriv',
        `--reuid=${VCAP.uid}`,
        `--regid=${VCAP.gid}`,
        '--clear-groups',
        '--no-new-privs',
        '--',
      ]
  const limits = [String(OPEN_FILES), String(PROCESSES)]
  const shell = ['/bin/bash', '--norc', '-pc', enterScript, 'sidecar-buildpack']
  // setpriv of older systems looks at /proc/self, which a process outside of the container's PID namespace has not.
  const isTellingOutside = mode === 'told' && !userNamespace
  const enter = [
    ...(isTellingOutside ? [...shell, 'tell'] : []),
    ...become,
    ...[...shell, isTellingOutside ? 'alone' : mode, ...limits, cwd, name],
  ]
  return { file: nsenter, args: [...into, '--', ...enter, file, ...args], env: hideVariables(env) }
}

/** The prefix of renamed variables. */
export const HIDDEN_PREFIX = '__container_'

/** Renames variables that change how programs load, or bash itself; enter.bash restores them for the program. */
const CHANGES_PROGRAMS =
  /^(?:LD_|MALLOC_|GLIBC_TUNABLES$|GCONV_PATH$|LOCPATH$|NLSPATH$|BASH_ENV$|ENV$|POSIXLY_CORRECT$|TMOUT$|LC_|LANG$)/

function hideVariables(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      CHANGES_PROGRAMS.test(name) ? `${HIDDEN_PREFIX}${name}` : name,
      value,
    ]),
  )
}

/** Whether a process of this machine runs in the container. */
export function isInContainer(pid: number, holder: number): boolean {
  const namespace = namespaceOf(pid, 'pid')
  return namespace !== undefined && namespace === namespaceOf(holder, 'pid_for_children')
}
