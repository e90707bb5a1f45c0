/** The order in which the app and its sidecars start, and their conditions (docs/explanation/staging-and-start.md). */
import type { Configuration, Sidecar } from '../config/sidecar.ts'
import { awaitedBy, describeReadiness } from './checks.ts'

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
  const attached = configuration.sidecars.filter((each) => each.processTypes.some((one) => one === type))
  const app: StartStep = {
    kind: 'app',
    name: type,
    waitsFor: attached.flatMap(({ name, waitFor }) =>
      waitFor ? [{ name, until: describeReadiness(waitFor) }] : [],
    ),
  }
  const waiting = [
    ...manifestSidecars.map((name): StartStep => ({ kind: 'sidecar', name, waitsFor: [] })),
    ...attached.map((each) => sidecarStep(each, input)),
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
function sidecarStep(sidecar: Sidecar, { type, configuration, proxies, port }: StartOrderInput): StartStep {
  const { name, proxy } = sidecar
  const isHere = ({ processTypes }: Sidecar) => processTypes.some((one) => one === type)
  const awaited = awaitedBy(sidecar, { sidecars: configuration.sidecars.filter(isHere) })
  const index = proxies.findIndex((each) => each.name === name)
  const behind = proxies[index + 1]
  const waits = index >= 0 && proxy?.wait === true
  const until = `it listens on port ${behind?.port ?? port}`
  const chained = waits ? [{ name: behind?.name ?? type, until }] : []
  return { kind: 'sidecar', name, waitsFor: [...awaited, ...chained] }
}
