/** An instance in a container of its own: what it has started ends with the container, wherever it has hidden. */
import { execFile, spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { promisify } from 'node:util'
import type { ContainerChoice } from '../container/choice.ts'
import { isInContainer, startContainer, vcapOnMachine } from '../container/container.ts'
import { VCAP } from '../platform/container.ts'
import { underPlatformUmask } from '../platform/umask.ts'
import type { Enclosure, EnclosureOptions, Spawned } from './enclosure.ts'
import { allProcesses } from './processes/proc.ts'

/** @throws Error when the container does not start */
export async function enclosedInContainer(
  { droplet, instanceGuid, path, cgroup }: EnclosureOptions,
  { tools, rootfs }: ContainerChoice,
): Promise<Enclosure> {
  const { uid, gid } = vcapOnMachine()
  if (uid !== process.getuid?.())
    await promisify(execFile)('chown', ['-R', '-h', `${uid}:${gid}`, droplet.home])
  const container = await startContainer(tools, {
    folder: droplet.folder,
    hostname: instanceGuid,
    path,
    mounts: [{ source: droplet.home, at: VCAP.home, writable: true }],
    ...(rootfs !== undefined && { rootfs }),
    ...(cgroup !== undefined && { cgroup }),
  })
  return {
    home: VCAP.home,
    holder: container.holder,
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
        state !== 'Z' && state !== 'X' && isInContainer(pid, container.holder) ? [pid] : [],
      ),
    destroy: container.destroy,
  }
}

/** Reads the pid of a process that waits, puts it into the cgroup, and lets it go on. */
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
