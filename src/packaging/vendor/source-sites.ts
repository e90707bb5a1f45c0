/** The places in a `sidecars.yml` that use `uri` or `dependency`, as nodes of its text. */
import type { MapEntry, MapNode, YamlNode } from '../../config/yaml/nodes.ts'

/** One place in the text, even if several sidecars share it by alias or merge key. */
export interface SourceSite {
  /** The entry `uri: …` or `dependency: …`. */
  readonly named: MapEntry
  /** Entries that are not valid beside a path: `sha256: …`, `version: …`. */
  readonly dropped: readonly MapEntry[]
  /** The maps that contain these entries, directly or merged. The typed sources have the places of these maps. */
  readonly maps: readonly MapNode[]
}

const NAMED = new Set(['uri', 'dependency'])
const DROPPED = new Set(['sha256', 'version'])

/** In the order of the text. */
export function sourceSites(document: YamlNode): readonly SourceSite[] {
  const sites = new Map<number, { named: MapEntry; dropped: Map<number, MapEntry>; maps: Set<MapNode> }>()
  for (const map of sourceMaps(document)) {
    const named = map.entries.find(({ key }) => NAMED.has(key.text))
    if (!named) continue
    const site = sites.get(named.key.start) ?? { named, dropped: new Map(), maps: new Set() }
    sites.set(named.key.start, site)
    site.maps.add(map)
    for (const entry of map.entries) if (DROPPED.has(entry.key.text)) site.dropped.set(entry.key.start, entry)
  }
  return [...sites.values()]
    .map(({ named, dropped, maps }) => ({ named, dropped: [...dropped.values()], maps: [...maps] }))
    .sort((a, b) => a.named.key.start - b.named.key.start)
}

function* sourceMaps(document: YamlNode): Generator<MapNode> {
  const java = valueAt(document, 'java')
  for (const list of [valueAt(document, 'sidecars'), valueAt(java, 'agents'), valueAt(java, 'libraries')]) {
    for (const item of list?.kind === 'list' ? list.items : []) {
      const source = valueAt(item, 'source')
      if (source?.kind === 'map') yield source
    }
  }
}

function valueAt(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key.text === key)?.value : undefined
}
