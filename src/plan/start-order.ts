/** In which order the app and its sidecars start, and what each waits for (docs/explanation/staging-and-start.md). */
import type { Configuration, Sidecar } from '../config/sidecar.ts'
import { awaitedBy, describeReadiness } from './checks.ts'

export interface StartStep {
  readonly kind: 'app' | 'sidecar'
  /** Of the sidecar; of the app, its process type. */
  readonly name: string
  /** Empty: it starts with the container. */
  readonly waitsFor: readonly { readonly name: string; readonly until: string }[]
}

/** A proxy of the chain in front of the app. */
export interface PlannedProxy {
  readonly name: string
  readonly port: number
  readonly forwardsTo: number
}

export interface StartOrderInput {
  readonly type: string
  readonly configuration: Configuration
  /** Of the app manifest: they wait for nothing. */
  readonly manifestSidecars: readonly string[]
  /** Of the app, behind the proxies. */
  readonly port?: number
  /** The outermost first. */
  readonly proxies: readonly PlannedProxy[]
}

/** What waits comes after what it waits for; otherwise in the order of the file, the app last. */
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

/** A proxy is started when the process behind it listens, unless `wait: false`. */
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
