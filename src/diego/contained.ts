/** An instance in a container: all its processes end with the container. */
import { spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { ContainerChoice } from '../container/choice.ts'
import { type Container, isInContainer, ownByVcap, reserveContainer } from '../container/container.ts'
import { VCAP } from '../platform/container.ts'
import { underPlatformUmask } from '../platform/umask.ts'
import { allProcesses } from '../system/proc.ts'
import {
  type Enclosure,
  FOLDER_PREFIX,
  homeIn,
  type Reserved,
  type ReserveOptions,
  type Spawned,
} from './enclosure.ts'

/** @throws Error when the folder cannot be made */
export function reserveContained(
  { parent, instanceGuid }: ReserveOptions,
  choice: ContainerChoice,
): Reserved {
  const reserved = reserveContainer(choice, { parent, prefix: FOLDER_PREFIX, hostname: instanceGuid })
  const home = homeIn(reserved)
  return {
    ...reserved,
    enclose: async (path, cgroup) => {
      const mounts = [{ source: home, at: VCAP.home, writable: true }]
      return enclosure(await reserved.start({ path, mounts }), cgroup)
    },
    handOver: () => ownByVcap([home]),
  }
}

function enclosure(container: Container, cgroup: string | undefined): Enclosure {
  const { holder } = container
  return {
    home: VCAP.home,
    holder,
    spawn: (launch, stdout, stderr) => {
      const { file, env, cwd } = launch
      const [name, ...args] = launch.argv
      const told = container.enterTold({ file, name, args, env, cwd })
      const child = underPlatformUmask(() =>
        spawn(told.file, told.args, {
          env: told.env,
          cwd: '/',
          stdio: ['ignore', stdout, stderr, 'pipe'],
          detached: true,
        }),
      )
      return { child, pid: released(child.stdio[3] as Duplex, cgroup) }
    },
    pids: () =>
      allProcesses().flatMap(({ pid, state }) =>
        state !== 'Z' && state !== 'X' && isInContainer(pid, holder) ? [pid] : [],
      ),
  }
}

/** Reads the pid of a waiting process, adds it to the cgroup, and lets it continue. */
function released(told: Duplex, cgroup: string | undefined): Spawned['pid'] {
  return new Promise((resolve) => {
    let said = ''
    told.on('data', (chunk: Buffer) => {
      said += chunk
      if (!said.endsWith('\n')) return
      const pid = Number(said)
      if (cgroup !== undefined) enterCgroup(cgroup, pid)
      resolve(pid)
      told.end('\n')
    })
    for (const event of ['error', 'close']) told.on(event, () => resolve(undefined))
  })
}

function enterCgroup(cgroup: string, pid: number): void {
  try {
    appendFileSync(join(cgroup, 'cgroup.procs'), String(pid))
  } catch {
    // It has ended already.
  }
}
