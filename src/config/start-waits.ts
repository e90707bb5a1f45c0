import type { Sidecar } from './sidecar.ts'

/** What a sidecar waits for before it starts. */
export interface StartWait {
  readonly sidecar: Sidecar
  /** The sidecars of `after`. A missing one (`when`, `enabled`, another process type) counts as ready. */
  readonly after: readonly Sidecar[]
  /** The process behind the proxy, if the proxy waits for it: the next proxy, else the app. */
  readonly behind?: Sidecar | 'app'
}

/** @param sidecars of one process type, in file order. `after` can also be read of the sidecars of all process types. */
export function startWaits(sidecars: readonly Sidecar[]): readonly StartWait[] {
  const byName = new Map<string, Sidecar>(sidecars.map((each) => [each.name, each]))
  const proxies = sidecars.filter(({ proxy }) => proxy)
  return sidecars.map((sidecar) => ({
    sidecar,
    after: (sidecar.after?.names ?? []).flatMap((name) => byName.get(name) ?? []),
    ...(sidecar.proxy?.wait && { behind: proxies[proxies.indexOf(sidecar) + 1] ?? 'app' }),
  }))
}
