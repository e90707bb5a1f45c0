/**
 * An instance without a container (`--no-container`). Each process leads a session and carries the
 * instance's variable; by these, or in the cgroup, what they have started is found. A watchdog cleans up when `run` is
 * killed outright.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProcessLaunch } from '../../lifecycle/launching/launch.ts'
import { underPlatformUmask } from '../../platform/umask.ts'
import { kernelLines } from '../../system/proc.ts'
import { FOLDER_PREFIX, homeIn, type Reserved, type ReserveOptions } from '../enclosure.ts'
import { removeFolder } from '../unpacked-droplet.ts'
import { instanceProcesses, killProcesses } from './instance-processes.ts'
import watchdogScript from './watchdog.bash'

export async function reserveBare({ parent, instanceGuid }: ReserveOptions): Promise<Reserved> {
  const folder = await mkdtemp(join(parent, FOLDER_PREFIX))
  let cgroup: string | undefined
  let dismissWatchdog = () => {}
  const sessions = new Set<number>()
  const pids = () => [
    ...new Set([
      ...instanceProcesses(instanceGuid, sessions).map(({ pid }) => pid),
      ...(cgroup === undefined ? [] : kernelLines(join(cgroup, 'cgroup.procs')).map(Number)),
    ]),
  ]
  return {
    folder,
    keepCgroup: () => undefined,
    enclose: async (_, made) => {
      cgroup = made
      dismissWatchdog = startWatchdog(instanceGuid, cgroup, folder)
      const spawn = (launch: ProcessLaunch, stdout: number, stderr: number) => {
        const child = spawnBare(launch, cgroup, stdout, stderr)
        if (child.pid !== undefined) sessions.add(child.pid)
        return { child, pid: Promise.resolve(child.pid) }
      }
      return { home: homeIn({ folder }), holder: undefined, spawn, pids }
    },
    handOver: async () => undefined,
    destroy: async () => {
      if (cgroup !== undefined) killCgroup(cgroup)
      await killProcesses(pids)
      dismissWatchdog()
      await removeFolder(folder)
    },
  }
}

function spawnBare(
  launch: ProcessLaunch,
  cgroup: string | undefined,
  stdout: number,
  stderr: number,
): ChildProcess {
  const { file, argv } = cgroup === undefined ? launch : inCgroup(launch, cgroup)
  const [argv0, ...args] = argv
  return underPlatformUmask(() =>
    spawn(file, args, {
      argv0,
      cwd: launch.cwd,
      env: launch.env,
      stdio: ['ignore', stdout, stderr],
      // In a new session: the terminal's Ctrl-C reaches only run, which sends the signals that the platform sends.
      detached: true,
    }),
  )
}

/** Joins the cgroup before the program starts. bash for `exec -a`; `-p` leaves BASH_ENV to the process itself. */
function inCgroup(
  { file, argv: [argv0, ...args] }: ProcessLaunch,
  cgroup: string,
): Pick<ProcessLaunch, 'file' | 'argv'> {
  const script = 'echo 0 >"$0" && exec -a "$1" "${@:2}"'
  return {
    file: '/bin/bash',
    argv: ['bash', '-pc', script, join(cgroup, 'cgroup.procs'), argv0, file, ...args],
  }
}

/** Version 2 of cgroups can kill all processes at once. */
function killCgroup(cgroup: string): void {
  try {
    writeFileSync(join(cgroup, 'cgroup.kill'), '1', { flag: 'r+' })
  } catch {
    // Version 1: one by one.
  }
}

/**
 * Cleans up if `run` is killed.
 * @returns ends it, because there is nothing left to clean up
 */
function startWatchdog(instanceGuid: string, cgroup: string | undefined, folder: string): () => void {
  const args = ['-c', watchdogScript, 'sidecar-buildpack-watchdog', instanceGuid, cgroup ?? '', folder]
  const child = spawn('bash', args, {
    stdio: ['pipe', 'ignore', 'ignore'],
    // SHLVL shows that it is a nested shell, so it does not mistake its input, a socket, for a remote login.
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', SHLVL: '9' },
    cwd: '/',
    detached: true,
  })
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  child.unref()
  return () => void child.stdin.end('dismissed\n')
}
