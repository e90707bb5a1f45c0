/**
 * An instance on the machine as it is (`--no-container`). Each process leads a session of its own and carries the
 * instance's variable; by these, or in the cgroup, what they have started is found. A watchdog cleans up when `run` is
 * killed outright.
 */
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { underPlatformUmask } from '../../platform/umask.ts'
import type { Enclosure, EnclosureOptions } from '../enclosure.ts'
import type { Launch } from '../processes/launch.ts'
import { removeUnpacked } from '../unpacked-droplet.ts'
import { instanceProcesses, killProcesses } from './instance-processes.ts'
import { startWatchdog } from './watchdog.ts'

export function bareEnclosure({ droplet, instanceGuid, cgroup }: EnclosureOptions): Enclosure {
  const sessions = new Set<number>()
  const watchdog = startWatchdog({ instanceGuid, cgroup, folder: droplet.folder })
  const pids = () => [
    ...new Set([
      ...instanceProcesses(instanceGuid, sessions).map(({ pid }) => pid),
      ...(cgroup === undefined ? [] : members(cgroup)),
    ]),
  ]
  return {
    home: droplet.home,
    holder: undefined,
    spawn: (launch, stdout, stderr) => {
      const { file, argv } = cgroup === undefined ? launch : inCgroup(launch, cgroup)
      const [argv0, ...args] = argv
      const child = underPlatformUmask(() =>
        spawn(file, args, {
          argv0,
          cwd: launch.cwd,
          env: launch.env,
          stdio: ['ignore', stdout, stderr],
          // A session of its own: the terminal's Ctrl-C reaches us, and we pass on what the platform would.
          detached: true,
        }),
      )
      if (child.pid !== undefined) sessions.add(child.pid)
      return { child, pid: Promise.resolve(child.pid) }
    },
    pids,
    destroy: async () => {
      if (cgroup !== undefined) killCgroup(cgroup)
      await killProcesses(pids)
      watchdog.dismiss()
      await removeUnpacked(droplet)
    },
  }
}

/** So that it counts from its first instruction on. bash for `exec -a`; `-p`: BASH_ENV is left to the process itself. */
function inCgroup({ file, argv: [argv0, ...args] }: Launch, cgroup: string): Pick<Launch, 'file' | 'argv'> {
  const script = 'echo 0 >"$0" && exec -a "$1" "${@:2}"'
  return {
    file: '/bin/bash',
    argv: ['bash', '-pc', script, join(cgroup, 'cgroup.procs'), argv0, file, ...args],
  }
}

function members(cgroup: string): readonly number[] {
  try {
    return readFileSync(join(cgroup, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/** Version 2 of cgroups can kill all at once. */
function killCgroup(cgroup: string): void {
  try {
    writeFileSync(join(cgroup, 'cgroup.kill'), '1', { flag: 'r+' })
  } catch {
    // Version 1: one by one.
  }
}
