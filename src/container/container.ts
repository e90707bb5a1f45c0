/**
 * A container of the kernel's namespaces, made by util-linux: its own root file system, processes, host name and shared
 * memory; the network is the machine's. It lives until `destroy`, or until this process ends, however that happens:
 * its first process then reads the end of its input, and the kernel kills whatever else is in it.
 * Sources: https://man7.org/linux/man-pages/man7/namespaces.7.html, unshare(1), nsenter(1), pivot_root(2).
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readlinkSync } from 'node:fs'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { OPEN_FILES, PROCESSES, VCAP } from '../platform/container.ts'
import { underPlatformUmask } from '../platform/umask.ts'
import enterScript from './enter.bash'
import initScript from './init.bash'
import keeperScript from './keeper.bash'
import { prepareRoot, type RootFileSystem } from './root-file-system.ts'
import toldScript from './told.bash'
import { type ContainerTools, namespaces } from './tools.ts'

export interface ContainerOptions extends RootFileSystem {
  /** The container's alone; it is removed with the container. */
  readonly folder: string
  /** Removed with the container too. */
  readonly cgroup?: string
}

/** What `spawn` takes: a program, its arguments, and the whole environment. */
export interface Spawnable {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** A program inside: a path of the container, its arguments, environment and directory. */
export interface Program {
  readonly file: string
  /** What it finds as the first of its arguments; absent: `file`. */
  readonly name?: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

export interface Container {
  /** Of the process that holds the namespaces: another process of this machine enters by it. */
  readonly holder: number
  /** As vcap. The spawned process ends as the program ends, by the same signal or status. */
  enter(program: Program): Spawnable
  /**
   * As `enter`, for a program whose pid matters: the spawned process says it on descriptor 3, and waits for a line there
   * before the program starts. It tells how the program ended by its status, 128 and more for a signal.
   */
  enterTold(program: Program): Spawnable
  /** Kills what is in it and removes its folder. */
  destroy(): Promise<void>
}

/** The ids that vcap has on this machine: root makes vcap itself, other users become vcap in a namespace. */
export function vcapOnMachine(): { readonly uid: number; readonly gid: number } {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  return uid === 0 ? { uid: VCAP.uid, gid: VCAP.gid } : { uid, gid }
}

/** @throws Error in the words of the tool that failed */
export async function startContainer(tools: ContainerTools, options: ContainerOptions): Promise<Container> {
  const { folder, cgroup = '', hostname } = options
  const { root, table } = underPlatformUmask(() => prepareRoot(folder, options, vcapOnMachine()))
  const mode = tools.userNamespace ? 'user' : 'root'
  const init = [...['/bin/bash', '-pc', initScript, 'garden-init'], root, table, hostname, mode]
  const start = [tools.unshare, ...namespaces(tools), ...init]
  const keeper = spawn(
    '/bin/bash',
    ['-pc', keeperScript, 'sidecar-buildpack-keeper', folder, cgroup, ...start],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      // A bash whose input is a socket takes itself for a remote login, and reads ~/.bashrc, unless it is below others.
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', SHLVL: '9' },
      cwd: '/',
      detached: true,
    },
  )
  const ended = once(keeper, 'exit')
  keeper.stdin.on('error', () => undefined)
  keeper.stdin.write('echo ready; exec > /dev/null 2>&1\n')
  const problems = text(keeper.stderr)
  const holder = await started(keeper)
  if (holder === undefined) throw new Error((await problems).trim() || 'the container did not start')
  return {
    holder,
    enter: (program) => spawnable(tools, holder, program, 'alone'),
    enterTold: (program) => spawnable(tools, holder, program, 'told'),
    destroy: async () => {
      keeper.stdin.end()
      await ended
    },
  }
}

/** @returns the pid of the holder; undefined when the container did not come up */
async function started({ stdout }: ChildProcess): Promise<number | undefined> {
  let said = ''
  for await (const chunk of stdout as Socket) {
    said += String(chunk)
    const [, pid] = /^(\d+)\nready\n/.exec(said) ?? []
    if (pid !== undefined) return Number(pid)
  }
  return undefined
}

/** Enters the container that another process of this machine holds. */
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
  const tell = ['/bin/bash', '--norc', '-pc', toldScript, 'sidecar-buildpack']
  const limits = [String(OPEN_FILES), String(PROCESSES)]
  const enter = ['/bin/bash', '--norc', '-pc', enterScript, 'sidecar-buildpack', ...limits, cwd]
  const inside = [...(mode === 'told' ? tell : []), ...become, ...enter, name, file, ...args]
  return { file: nsenter, args: [...into, '--', ...inside], env: putAway(env) }
}

/** Variables that change how programs load, or bash itself; the program gets them back (enter.bash). */
const CHANGES_PROGRAMS =
  /^(?:LD_|MALLOC_|GLIBC_TUNABLES$|GCONV_PATH$|LOCPATH$|NLSPATH$|BASH_ENV$|ENV$|POSIXLY_CORRECT$|TMOUT$|LC_|LANG$)/

function putAway(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      CHANGES_PROGRAMS.test(name) ? `__container_${name}` : name,
      value,
    ]),
  )
}

/** The pids, on this machine, of what runs in the container. */
export function isInContainer(pid: number, holder: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`) === readlinkSync(`/proc/${holder}/ns/pid_for_children`)
  } catch {
    return false // Gone meanwhile, or another user's.
  }
}
