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

/** Checks the ports of all instances of a run before the first of them starts. */
export interface PortCheck {
  /**
   * Waits until every instance has its droplet.
   * @param home the unpacked droplet of this instance
   * @throws InputError with every port that another program listens on, or that is needed twice
   */
  readonly passed: (spec: InstanceSpec, home: string) => Promise<void>
  /** Ends the wait when an instance cannot start. */
  readonly fail: (error: unknown) => void
}

export function checkPortsTogether(specs: readonly InstanceSpec[]): PortCheck {
  const homes = new Map<InstanceSpec, string>()
  let [pass, fail]: [() => void, (error: unknown) => void] = [() => undefined, () => undefined]
  const passed = new Promise<void>((resolve, reject) => {
    pass = resolve
    fail = reject
  })
  passed.catch(() => undefined)
  return {
    passed: (spec, home) => {
      homes.set(spec, home)
      if (homes.size === specs.length) {
        try {
          checkNeededPorts(specs, homes)
          pass()
        } catch (error) {
          fail(error)
        }
      }
      return passed
    },
    fail: (error) => fail(error),
  }
}

function checkNeededPorts(specs: readonly InstanceSpec[], homes: ReadonlyMap<InstanceSpec, string>): void {
  const problems = new Problems()
  const several = specs.length > 1
  const users = new Map<number, { readonly user: string; readonly moves: boolean }>()
  for (const spec of specs) {
    const label = several ? ` of ${spec.processType}/${spec.index}` : ''
    for (const { port, user: use, moves } of neededPorts(homes.get(spec) ?? '', spec)) {
      const user = `${use}${label}`
      const other = users.get(port)
      users.set(port, { user, moves })
      if (other !== undefined) {
        problems.error(
          undefined,
          `port ${port} is needed twice: ${other.user} and ${user}`,
          // If both depend on it, another one gives the same conflict.
          moves !== other.moves || !several
            ? 'choose another port with --port'
            : 'run one of them alone, with --process TYPE or --instances 1',
        )
      }
      const [listener] = listeners(port)
      if (!listener) continue
      const owner = describeOwner(listener)
      problems.error(
        undefined,
        `port ${port} (${user}) is in use${owner ? ` by ${owner}` : ''}`,
        moves ? 'choose another port with --port' : 'stop that program, or change the port in sidecars.yml',
      )
    }
  }
  problems.throwIfErrors()
}

/** With what uses each, and whether `--port` changes it. */
function neededPorts(home: string, spec: InstanceSpec) {
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

/** The proxies of an instance, outermost first. @param home the unpacked droplet */
export function proxiesOf(
  home: string,
  { processType, port }: InstanceSpec,
): readonly { readonly name: string; readonly port: number; readonly appPort: number }[] {
  let next = port
  return dropletPortUses(home)
    .filter((each) => each.processType === processType && each.purpose === 'proxy')
    .map((each) => {
      const own = next
      next = portAt(each.port, port)
      return { name: each.sidecar, port: own, appPort: next }
    })
}

/** The ports on which something listens once a sidecar is ready: its own, and that behind a proxy, which starts later. */
export function readyPorts(home: string, spec: InstanceSpec): ReadonlyMap<string, readonly number[]> {
  const own = checkedPorts(home, spec.processType).map(
    ({ sidecar, port }) => [sidecar, [port.number]] as const,
  )
  const proxies = proxiesOf(home, spec).map(({ name, port, appPort }) => [name, [port, appPort]] as const)
  return new Map<string, readonly number[]>([...own, ...proxies])
}

/** Of all our buildpacks that have staged the droplet. */
function dropletPortUses(home: string): readonly PortUse[] {
  const deps = join(home, 'deps')
  return readdirSync(deps)
    .map((index) => join(deps, index, CONFIG_YML))
    .flatMap((file) => readPortUses(readForeignFileIfThere(file)?.toString() ?? ''))
}
