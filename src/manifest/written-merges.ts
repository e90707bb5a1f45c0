/**
 * A string `<<` as a key, in quotes or from a variable: cf push writes the manifest after filling in its variables, without
 * quotes around this key, and reads it again. There it is a merge.
 * Source: cloudfoundry/cli, util/manifestparser/parser.go; yaml.v2, encode.go.
 */
import type { LocatedEntry, LocatedMap, LocatedValue } from '../platform/go/yaml/located.ts'
import { goScalarText } from '../platform/go/yaml/write-scalar.ts'
import type { Problems } from '../problems/problems.ts'
import { describeKind, type PlaceOf } from './values.ts'

export function applyWrittenMerges(value: LocatedValue, placeOf: PlaceOf, problems: Problems): LocatedValue {
  const apply = (each: LocatedValue): LocatedValue => applyWrittenMerges(each, placeOf, problems)
  if (value.kind === 'list') return { ...value, items: value.items.map(apply) }
  if (value.kind !== 'map') return value
  const entries = value.entries.map((each) => ({ ...each, value: apply(each.value) }))
  const own = entries.filter(({ key }) => !isMerge(key))
  const merged = entries.filter(({ key }) => isMerge(key)).flatMap((each) => sourcesOf(each))
  const byName = new Map(merged.toReversed().map((each) => [goScalarText(each.key), each]))
  for (const each of own) byName.set(goScalarText(each.key), each)
  return merged.length === 0 ? { ...value, entries: own } : { ...value, entries: [...byName.values()] }

  function sourcesOf({ value: source }: LocatedEntry): readonly LocatedEntry[] {
    const sources = source.kind === 'list' ? source.items : [source]
    return sources.flatMap((each) => {
      if (each.kind === 'map') return each.entries
      const what = `<<: expected a map or a list of maps to merge, got ${describeKind(each)}`
      problems.error(
        placeOf(source.offset),
        what,
        'cf push reads << as a merge also in quotes; rename the key',
      )
      return []
    })
  }
}

const isMerge = (key: LocatedMap['entries'][number]['key']) => key.kind === 'string' && key.value === '<<'
