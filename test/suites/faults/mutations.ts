/** `sidecars.yml` in every shape that a slip, a merge or a bad tool could give it: valid ones, mutated by fast-check. */
import fc from 'fast-check'
import { BASES, INSERTED, ODD_KEYS, ODD_TEXTS } from './odd-yaml.ts'
import { copyOf, type Doc, docOf, written } from './yaml-document.ts'

/** A place in a document where another one can be put. */
interface Slot {
  readonly doc: Doc
  put(doc: Doc): void
}

function slotsOf(doc: Doc, put: (doc: Doc) => void): readonly Slot[] {
  const own: Slot = { doc, put }
  if (doc.kind === 'list')
    return [
      own,
      ...doc.items.flatMap((item, at) =>
        slotsOf(item, (other) => {
          doc.items[at] = other
        }),
      ),
    ]
  if (doc.kind === 'map')
    return [
      own,
      ...doc.entries.flatMap((entry) => [
        ...slotsOf(entry[0], (other) => {
          entry[0] = other
        }),
        ...slotsOf(entry[1], (other) => {
          entry[1] = other
        }),
      ]),
    ]
  return [own]
}

/** Which mutation, and numbers that it chooses places and texts with. */
interface Step {
  readonly what: (typeof STEPS)[number]
  readonly at: number
  readonly other: number
}

const STEPS = ['text', 'key', 'again', 'away', 'move', 'wrap', 'deep', 'many', 'anchor', 'bomb'] as const

const pick = <T>(from: readonly T[], number: number): T => from[number % from.length] as T

function mutate(root: Doc, { what, at, other }: Step): Doc {
  let whole = root
  const slots = slotsOf(root, (doc) => {
    whole = doc
  })
  const slot = pick(slots, at)
  const { doc } = slot
  if (what === 'text') slot.put({ kind: 'text', text: pick(ODD_TEXTS, other) })
  else if (what === 'move') slot.put(copyOf(pick(slots, other).doc))
  else if (what === 'wrap')
    slot.put(
      other % 2
        ? { kind: 'list', items: [doc] }
        : { kind: 'map', entries: [[{ kind: 'text', text: pick(ODD_KEYS, other) }, doc]] },
    )
  else if (what === 'deep')
    slot.put(
      Array.from({ length: 1 + (other % 70) }).reduce<Doc>(
        (inner) => ({ kind: 'list', items: [inner] }),
        doc,
      ),
    )
  else if (what === 'anchor' && doc.kind === 'text')
    slot.put({ kind: 'text', text: other % 3 ? `&again ${doc.text}` : '*again' })
  else if (what === 'bomb') slot.put(bomb(2 + (other % 12)))
  else if (doc.kind === 'map' && doc.entries.length > 0) {
    const entry = pick(doc.entries, other)
    if (what === 'key') entry[0] = { kind: 'text', text: pick(ODD_KEYS, other) }
    if (what === 'again') doc.entries.push([copyOf(entry[0]), copyOf(pick(doc.entries, at)[1])])
    if (what === 'away') doc.entries.splice(other % doc.entries.length, 1)
  } else if (doc.kind === 'list' && doc.items.length > 0) {
    if (what === 'again') doc.items.push(copyOf(pick(doc.items, other)))
    if (what === 'away') doc.items.splice(other % doc.items.length, 1)
    if (what === 'many')
      doc.items.push(...Array.from({ length: other % 400 }, () => copyOf(pick(doc.items, other))))
  }
  return whole
}

/** Each level names the one before it five times. */
function bomb(levels: number): Doc {
  const lines = Array.from(
    { length: levels },
    (_, at) =>
      `&l${at} [${Array(5)
        .fill(at === 0 ? 'x' : `*l${at - 1}`)
        .join(', ')}]`,
  )
  return { kind: 'list', items: lines.map((text) => ({ kind: 'text', text })) }
}

/** What happens to the written text. */
function damage(
  bytes: Buffer,
  { what, at, other }: { what: (typeof DAMAGES)[number]; at: number; other: number },
): Buffer {
  const text = bytes.toString()
  const place = at % (text.length + 1)
  const lines = text.split('\n')
  const line = at % lines.length
  if (what === 'cut') return Buffer.from(text.slice(0, place))
  if (what === 'hole') return Buffer.from(text.slice(0, place) + text.slice(place + 1 + (other % 20)))
  if (what === 'insert') return Buffer.from(text.slice(0, place) + pick(INSERTED, other) + text.slice(place))
  if (what === 'line twice') return Buffer.from(lines.toSpliced(line, 0, lines[line] ?? '').join('\n'))
  if (what === 'indent')
    return Buffer.from(
      lines.with(line, `${' '.repeat(other % 4)}${(lines[line] ?? '').slice(at % 3)}`).join('\n'),
    )
  if (what === 'windows') return Buffer.from(text.replaceAll('\n', '\r\n'))
  return Buffer.concat([
    bytes.subarray(0, place),
    Buffer.from([0xc3, 0xff, 0x80].slice(other % 3)),
    bytes.subarray(place),
  ])
}

const DAMAGES = ['cut', 'hole', 'insert', 'line twice', 'indent', 'windows', 'bytes'] as const

const number = fc.nat(100_000)
const steps = fc.array(fc.record({ what: fc.constantFrom(...STEPS), at: number, other: number }), {
  maxLength: 4,
})

/** One in three is damaged once written; the others have what their steps made of them. */
const damages = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom(...DAMAGES), at: number, other: number }) },
)

/** @param shelf a file that a `uri` may name, and its sum */
export function mutatedSidecarsYml(shelf: {
  readonly path: string
  readonly sum: string
}): fc.Arbitrary<Buffer> {
  return fc
    .record({ base: fc.constantFrom(...BASES), steps, blockDepth: fc.nat(6), damaged: damages })
    .map(({ base, steps, blockDepth, damaged }) => {
      const text = written(steps.reduce(mutate, docOf(base)), blockDepth).trimStart()
      const filled = Buffer.from(`${text}\n`.replaceAll('@shelf@', shelf.path).replaceAll('@sum@', shelf.sum))
      return damaged ? damage(filled, damaged) : filled
    })
}
