import type { Problems } from '../../problems/problems.ts'
import type { MapEntry, YamlNode } from './nodes.ts'

/**
 * Refuses duplicate keys and resolves `<<`: the map's own keys win, then the earlier of several merged maps
 * (https://yaml.org/type/merge.html).
 * @param count gets the number of entries that a merge adds
 */
export function mergedEntries(
  entries: readonly MapEntry[],
  problems: Problems,
  count: (entries: number) => void,
): readonly MapEntry[] {
  const own = new Map<string, MapEntry>()
  const merges: YamlNode[] = []
  for (const entry of entries) {
    const { key } = entry
    const first = own.get(key.text)
    if (key.plain && key.text === '<<') merges.push(entry.value)
    else if (first) {
      // No other key is quoted: below env it may be a secret.
      const isName = key.text === 'name'
      problems.error(
        key.place,
        `duplicate key${isName ? ' name' : ''}, first used on line ${first.key.place.line}`,
        isName ? 'start the next entry with - name: or keep one of them' : 'keep one of them',
      )
    } else own.set(key.text, entry)
  }
  for (const merge of merges) {
    for (const source of merge.kind === 'list' ? merge.items : [merge]) {
      if (source.kind !== 'map') {
        problems.error(
          source.place,
          '<< must be followed by a map',
          'use << with an alias of a map, for example *defaults',
        )
        continue
      }
      for (const entry of source.entries) {
        if (own.has(entry.key.text)) continue
        own.set(entry.key.text, entry)
        count(1)
      }
    }
  }
  return [...own.values()]
}
