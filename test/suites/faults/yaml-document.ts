/** A YAML document before it is written: `text` as it stands in the file, quotes and all. */
export type Doc =
  | { readonly kind: 'text'; text: string }
  | { readonly kind: 'list'; items: Doc[] }
  | { readonly kind: 'map'; entries: [key: Doc, value: Doc][] }

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain }

/** A text is written in double quotes. */
export function docOf(plain: Plain): Doc {
  if (plain === null || typeof plain !== 'object')
    return { kind: 'text', text: typeof plain === 'string' ? JSON.stringify(plain) : String(plain) }
  if (Array.isArray(plain)) return { kind: 'list', items: plain.map(docOf) }
  return {
    kind: 'map',
    entries: Object.entries(plain).map(([key, value]) => [{ kind: 'text', text: key }, docOf(value)]),
  }
}

export const copyOf = (doc: Doc): Doc => structuredClone(doc)

/** Block style down to a depth, flow style below it. */
export function written(doc: Doc, blockDepth: number, indent = ''): string {
  if (doc.kind === 'text') return ` ${doc.text}`
  const parts = doc.kind === 'list' ? doc.items : doc.entries
  if (blockDepth === 0 || parts.length === 0) return ` ${flow(doc)}`
  const deeper = `${indent}  `
  if (doc.kind === 'list')
    return doc.items.map((item) => `\n${indent}-${written(item, blockDepth - 1, deeper)}`).join('')
  return doc.entries
    .map(([key, value]) => `\n${indent}${flow(key)}:${written(value, blockDepth - 1, deeper)}`)
    .join('')
}

export function flow(doc: Doc): string {
  if (doc.kind === 'text') return doc.text
  if (doc.kind === 'list') return `[${doc.items.map(flow).join(', ')}]`
  return `{${doc.entries.map(([key, value]) => `${flow(key)}: ${flow(value)}`).join(', ')}}`
}
