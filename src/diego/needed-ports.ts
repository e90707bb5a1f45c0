/** The TCP ports of this machine that an instance needs: all of them must be free before it starts. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type PortUse, readPortUses } from '../droplet/port-uses.ts'
import { portAt } from '../droplet/ports.ts'
import { CONFIG_YML } from '../platform/config-yml.ts'
import { Problems } from '../problems/problems.ts'
import { readForeignFileIfThere } from '../system/foreign-file.ts'
import type { InstanceSpec } from './instance-spec.ts'
import { describeOwner, listeners } from './processes/listening.ts'

interface NeededPort {
  readonly port: number
  /** What uses it. */
  readonly user: string
  /** Whether `--port` changes it. */
  readonly moves: boolean
}

/** The users of each port, of all instances of a run. */
export type PortUsers = Map<number, string>

/**
 * @param home the unpacked droplet
 * @param users of earlier instances; those of this instance are added
 * @param label of the instance, appended to each use; empty if it is the only one
 * @throws InputError with every port that another program listens on, or that is needed twice
 */
export function checkNeededPorts(home: string, spec: InstanceSpec, users: PortUsers, label: string): void {
  const problems = new Problems()
  for (const { port, user: use, moves } of neededPorts(home, spec)) {
    const user = `${use}${label}`
    const other = users.get(port)
    users.set(port, user)
    const remedy = moves
      ? 'choose another port with --port'
      : 'stop that program, or change the port in sidecars.yml'
    if (other !== undefined) {
      const what = `port ${port} is needed twice: ${other} and ${user}`
      problems.error(
        undefined,
        what,
        label === '' || moves
          ? 'choose another port with --port'
          : 'run one of them alone, with --process TYPE or --instances 1',
      )
    }
    const [listener] = listeners(port)
    if (!listener) continue
    const owner = describeOwner(listener)
    problems.error(undefined, `port ${port} (${user}) is in use${owner ? ` by ${owner}` : ''}`, remedy)
  }
  problems.throwIfErrors()
}

function neededPorts(home: string, spec: InstanceSpec): readonly NeededPort[] {
  const { processType, port, healthCheck, readinessCheck, task } = spec
  if (task !== undefined) return []
  const uses = dropletPortUses(home).filter((each) => each.processType === processType)
  const isChecked = healthCheck.kind !== 'process' || readinessCheck !== undefined
  const takesPort = isChecked || uses.some(({ purpose }) => purpose === 'proxy')
  return [
    ...(takesPort ? [{ port, user: '$PORT', moves: true }] : []),
    ...uses.map((use) => ({
      port: portAt(use.port, port),
      user: `${use.purpose === 'proxy' ? 'behind the proxy' : `${use.purpose} of`} ${JSON.stringify(use.sidecar)}`,
      moves: !use.port.isFixed,
    })),
  ]
}

/** The ports that `wait_for` and `health` of the sidecars of a process type name. @param home the unpacked droplet */
export function checkedPorts(home: string, processType: string): readonly PortUse[] {
  return dropletPortUses(home).filter((each) => each.processType === processType && each.purpose !== 'proxy')
}

/** Of all our buildpacks that have staged the droplet. */
function dropletPortUses(home: string): readonly PortUse[] {
  const deps = join(home, 'deps')
  return readdirSync(deps)
    .map((index) => join(deps, index, CONFIG_YML))
    .flatMap((file) => readPortUses(readForeignFileIfThere(file)?.toString() ?? ''))
}
