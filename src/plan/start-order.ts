/** The order in which the app and its sidecars start, and their conditions (docs/explanation/staging-and-start.md). */
import type { Configuration } from '../config/sidecar.ts'
import { type StartWait, startWaits } from '../config/start-waits.ts'
import { attachedTo } from '../platform/process-memory.ts'
import { describeReadiness, describeStarted } from './checks.ts'

export interface StartStep {
  readonly kind: 'app' | 'sidecar'
  /** Name of the sidecar, or the app's process type. */
  readonly name: string
  /** Empty if it starts with the container. */
  readonly waitsFor: readonly { readonly name: string; readonly until: string }[]
}

/** A proxy of the chain in front of the app. */
export interface PlannedProxy {
  readonly name: string
  readonly port: number
  readonly forwardsTo: number
}

interface StartOrderInput {
  readonly type: string
  readonly configuration: Configuration
  /** Sidecars of the app manifest, which do not wait. */
  readonly manifestSidecars: readonly string[]
  /** The app's port, behind the proxies. */
  readonly port?: number
  /** Outermost first. */
  readonly proxies: readonly PlannedProxy[]
}

/** A process comes after those it waits for; otherwise in file order, the app last. */
export function startOrder(input: StartOrderInput): readonly StartStep[] {
  const { type, configuration, manifestSidecars } = input
  const attached = attachedTo(type, configuration.sidecars)
  const app: StartStep = {
    kind: 'app',
    name: type,
    waitsFor: attached.flatMap(({ name, waitFor }) =>
      waitFor ? [{ name, until: describeReadiness(waitFor) }] : [],
    ),
  }
  const waiting = [
    ...manifestSidecars.map((name): StartStep => ({ kind: 'sidecar', name, waitsFor: [] })),
    ...startWaits(attached).map((each) => sidecarStep(each, input)),
    app,
  ]
  const ordered: StartStep[] = []
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ waitsFor }) =>
      waitsFor.every(({ name }) => !waiting.some((each) => each.name === name)),
    )
    ordered.push(...waiting.splice(Math.max(0, next), 1))
  }
  return ordered
}

/** A proxy starts when the process behind it listens, unless `wait: false`. */
function sidecarStep(
  { sidecar, after, behind }: StartWait,
  { type, proxies, port }: StartOrderInput,
): StartStep {
  const name = behind === 'app' ? type : behind?.name
  const listens = proxies.find((each) => each.name === name)?.port ?? port
  return {
    kind: 'sidecar',
    name: sidecar.name,
    waitsFor: [
      ...after.map((each) => ({ name: each.name, until: describeStarted(each) })),
      ...(name === undefined ? [] : [{ name, until: `it listens on port ${listens}` }]),
    ],
  }
}
