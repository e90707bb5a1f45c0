/** One process of a droplet, started as the platform's launcher starts it, in a container of so much memory. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { removeFolder, unpackDroplet } from '../../../src/diego/unpacked-droplet.ts'
import { prepareLaunch } from '../../../src/lifecycle/launching/launch.ts'
import { MemoryCgroup } from '../../support/memory-cgroup.ts'

export interface Process {
  /** The start command; absent: the one that staging found for `web`. */
  readonly command?: string
  /** Absent: a task. */
  readonly type?: string
  /** MB, as the platform gives them to the process. */
  readonly memoryLimit: number
}

const MIB = 1024 ** 2

/** @param container MB; without a limit where this machine gives none. @returns what it printed, by lines */
export async function launched(
  droplet: string,
  { command = startCommand(droplet), type, memoryLimit }: Process,
  container: number,
): Promise<readonly string[]> {
  const home = mkdtempSync(join(tmpdir(), 'launched-'))
  await unpackDroplet(home, droplet)
  const cgroup = MemoryCgroup.create(container * MIB)
  try {
    const application = { limits: { mem: memoryLimit }, ...(type !== undefined && { process_type: type }) }
    const env = {
      PATH: process.env.PATH ?? '',
      LANG: 'C.UTF-8',
      MEMORY_LIMIT: `${memoryLimit}m`,
      VCAP_APPLICATION: JSON.stringify(application),
    }
    const launch = await prepareLaunch({ dropletDir: home, command, env })
    if (launch.kind === 'refused') throw new Error(launch.stderr)
    const enter = cgroup ? `echo $$ > ${join(cgroup.directory, 'cgroup.procs')}; ` : ''
    const { status, stdout, stderr } = spawnSync(
      '/bin/bash',
      ['-c', `${enter}exec -a bash /bin/bash "$@"`, 'container', ...launch.argv.slice(1)],
      { env: launch.env, cwd: launch.cwd, encoding: 'utf8' },
    )
    if (status !== 0) throw new Error(`it ended with ${status}:\n${stdout}${stderr}`)
    return stdout.split('\n')
  } finally {
    await removeFolder(home)
    cgroup?.remove()
  }
}

function startCommand(droplet: string): string {
  const result = JSON.parse(readFileSync(join(dirname(droplet), 'result.json'), 'utf8')) as {
    process_types: Record<string, string>
  }
  return result.process_types.web ?? ''
}
