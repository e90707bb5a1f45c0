import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { jsonSchema } from '../../src/config/sidecars-yml.ts'

interface Schema {
  readonly description?: string
  readonly properties?: { readonly [key: string]: Schema }
  readonly items?: Schema
  readonly oneOf?: readonly Schema[]
  readonly additionalProperties?: Schema | false
}

/** `a.b`, `list[].c`, `map.NAME.d`, each with its schema. */
function keysOf(schema: Schema, path = ''): (readonly [string, Schema])[] {
  const dotted = (key: string) => (path === '' ? key : `${path}.${key}`)
  const inner = Object.entries(schema.properties ?? {}).flatMap(([key, each]) => [
    [dotted(key), each] as const,
    ...keysOf(each, dotted(key)),
  ])
  return [
    ...inner,
    ...(schema.items ? keysOf(schema.items, `${path}[]`) : []),
    ...(schema.oneOf ?? []).flatMap((each) => keysOf(each, path)),
    ...(schema.additionalProperties ? keysOf(schema.additionalProperties, dotted('NAME')) : []),
  ]
}

const all = keysOf(jsonSchema() as Schema)

describe('docs/reference/sidecars-yml.md', () => {
  it('has a row for every key that is read, and for no other', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/reference/sidecars-yml.md'), 'utf8')
    const rows = [...page.matchAll(/^\| `([\w.[\]]+)` \|/gm)].map(([, key]) => key)
    // What stands once for several: app_env is like env, the source of a jar like a sidecar's. Top keys have a section.
    const read = all
      .map(([key]) => key)
      .filter((key) => !/\.app_env\.|java\..*\.source\./.test(key))
      .map((key) => key.replace(/^sidecars\[\]\./, ''))
    const sections = [...page.matchAll(/^## (sidecars|java|processes)$/gm)].map(([, key]) => key)
    expect([...rows, ...sections].sort()).toEqual([...new Set(read)].sort())
  })
})

describe('the JSON Schema', () => {
  it('says of every key what it means', () => {
    expect(all.filter(([, { description }]) => !description).map(([key]) => key)).toEqual([])
  })
})
