/** Every message of the sources: who says it, what it says, what it tells to write instead. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BEFORE, NOT_OURS, PASSED_ON, SINKS, type Sink } from './sinks.ts'
import { isNode, type Node, nodesBelow, readSource, type SourceFile, SRC } from './source-file.ts'
import { textsOf } from './texts.ts'

export interface Message {
  /** Relative to `src`. */
  readonly path: string
  readonly what: string
  readonly instead?: string
}

export interface Catalogue {
  readonly messages: readonly Message[]
  /** Where something is said whose words the sources do not tell. */
  readonly unknown: readonly string[]
}

/** Never called: it makes the sources what these tests depend on, for a run of only the tests of what changed. */
export const entries = () => [
  import('../../../src/cli/entry.ts'),
  import('../../../src/phases/main/detect.ts'),
  import('../../../src/phases/main/supply.ts'),
  import('../../../src/phases/main/finalize.ts'),
  import('../../../src/phases/main/release.ts'),
]

export function readCatalogue(): Catalogue {
  const paths = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).sort()
  const found = paths.filter((path) => path.endsWith('.ts') && !NOT_OURS.test(path)).map(messagesOf)
  const inScripts = paths.filter((path) => /\.(?:bash|pl)$/.test(path)).flatMap(messagesOfScript)
  return {
    messages: [...found.flatMap(({ messages }) => messages), ...inScripts].filter(isWording),
    unknown: found.flatMap(({ unknown }) => unknown),
  }
}

/** Not only placeholders, and no drawing on the terminal. */
function isWording({ what }: Message): boolean {
  return !what.includes('\x1b') && /[a-z]{2}.* |[A-Z]+ [a-z]{2}/.test(what.replace(/^warning: /, ''))
}

function messagesOf(path: string): Catalogue {
  const file = readSource(path)
  const messages: Message[] = []
  const unknown: string[] = []
  for (const node of file.nodes) {
    const said = saidByObject(node, file) ?? saidByCall(node, file)
    if (said && said.length > 0) messages.push(...said)
    const written = file.written(node).replace(/\s+/g, ' ')
    if (said?.length === 0 && !PASSED_ON.has(written)) unknown.push(`${path}: ${written.slice(0, 160)}`)
  }
  return { messages, unknown }
}

/** Undefined for what says nothing; empty where the words are not known. */
function saidByCall(node: Node, file: SourceFile): readonly Message[] | undefined {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return undefined
  const called = `${node.type === 'NewExpression' ? 'new ' : ''}${file.written(node.callee as Node)}`
  const [, , sink] = SINKS.find(([call, whose]) => call.test(called) && whose.test(file.path)) ?? []
  if (!sink) return undefined
  return argumentLists(node.arguments as readonly Node[], file).flatMap((given) =>
    worded(given[sink.what], sink.instead === undefined ? undefined : given[sink.instead], sink, file),
  )
}

/** `call(...made())` has as many lists as `made` returns. */
function argumentLists(given: readonly Node[], file: SourceFile): readonly (readonly Node[])[] {
  const [first] = given
  if (first?.type !== 'SpreadElement' || !isNode(first.argument)) return [given]
  const made = isNode(first.argument.callee) ? first.argument.callee : first.argument
  const maker = file.lookUp(String(made.name), made)
  const returned = maker ? nodesBelow(maker).filter(({ type }) => type === 'ReturnStatement') : []
  return returned.flatMap(({ argument }) =>
    isNode(argument) && argument.type === 'ArrayExpression' ? [argument.elements as readonly Node[]] : [],
  )
}

/** `{ what, instead }`, and what `detect` hints at. */
function saidByObject({ type, properties }: Node, file: SourceFile): readonly Message[] | undefined {
  if (type !== 'ObjectExpression') return undefined
  const value = (name: string) =>
    (properties as readonly Node[]).find(({ key }) => isNode(key) && key.name === name)?.value
  const before = BEFORE.find(([path]) => path === file.path)?.[1] ?? ''
  const said = worded(value('what') ?? value('hint'), value('instead'), { what: 0, before }, file)
  return said.length > 0 ? said : undefined
}

function worded(what: unknown, instead: unknown, { before = '', after = '' }: Sink, file: SourceFile) {
  const insteads = textsOf(instead, file) ?? [undefined]
  return (textsOf(what, file) ?? []).flatMap((text) =>
    insteads.map((each) => ({
      path: file.path,
      what: `${before}${text}${after}`.trim().replaceAll('\n', ' '),
      ...(each !== undefined && { instead: each }),
    })),
  )
}

/** What shell and Perl write to standard error, in the droplet and around it. */
function messagesOfScript(path: string): readonly Message[] {
  const code = readFileSync(join(SRC, path), 'utf8')
  const said = path.endsWith('.pl') ? /fail\((?:qq\((.*?)\)|"(.*?)")\)/g : /echo "(.*?)" >&2/g
  return [...code.matchAll(said)].map(([, text = '']) => ({
    path,
    what: text
      .replace(/"@(\w+)@"/g, (_, name: string) => name.toUpperCase())
      .replace(/\\\$/g, '\0')
      .replace(/(?:%s|\$(?:\(\(.*?\)\)|\{.*?\}|\w+))+/g, '…')
      .replaceAll('\0', '$'),
  }))
}
