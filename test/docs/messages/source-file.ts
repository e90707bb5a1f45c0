/** A file of the sources as a syntax tree, with the names that are known at each place. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAst } from 'vitest/node'

export const SRC = join(import.meta.dirname, '../../../src')

export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

interface Definition {
  readonly name: string
  /** Absent for a parameter: its value is not known here. */
  readonly value?: Node
  readonly scope: Node
}

export interface SourceFile {
  /** Relative to `src`. */
  readonly path: string
  /** Outer ones first. */
  readonly nodes: readonly Node[]
  readonly written: (node: Node) => string
  /** What the name stands for there: a constant's value or a function. */
  readonly lookUp: (name: string, at: Node) => Node | undefined
}

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'

export const isFunction = ({ type }: Node): boolean =>
  type === 'FunctionDeclaration' || type === 'ArrowFunctionExpression' || type === 'FunctionExpression'

export function readSource(path: string): SourceFile {
  const code = readFileSync(join(SRC, path), 'utf8')
  const program: unknown = parseAst(code, { lang: 'ts' })
  if (!isNode(program)) throw new Error(`${path} has no syntax tree`)
  const nodes = nodesBelow(program)
  const definitions = nodes.filter((node) => opensScope(node)).flatMap(definedIn)
  return {
    path,
    nodes,
    written: ({ start, end }) => code.slice(start, end),
    lookUp: (name, at) => {
      const [nearest] = definitions
        .filter((each) => each.name === name && each.scope.start <= at.start && at.end <= each.scope.end)
        .sort((a, b) => a.scope.end - a.scope.start - (b.scope.end - b.scope.start))
      return nearest ? nearest.value : limit(name)
    },
  }
}

const LIMITS = 'platform/limits.ts'
let limits: SourceFile | undefined

/** The value of a constant that a file imports: of the platform's limits only. */
function limit(name: string): Node | undefined {
  if (!/^[A-Z_]+$/.test(name)) return undefined
  limits ??= readSource(LIMITS)
  return limits.nodes.find(({ type, id }) => type === 'VariableDeclarator' && isNode(id) && id.name === name)
    ?.init as Node | undefined
}

/** The node itself first. */
export function nodesBelow(root: Node, enter: (node: Node) => boolean = () => true): Node[] {
  const found: Node[] = []
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk)
    else if (isNode(value)) {
      found.push(value)
      if (value === root || enter(value)) Object.values(value).forEach(walk)
    }
  }
  walk(root)
  return found
}

function opensScope(node: Node): boolean {
  return node.type === 'Program' || node.type === 'BlockStatement' || isFunction(node)
}

function definedIn(scope: Node): Definition[] {
  const own = nodesBelow(scope, (node) => !opensScope(node)).slice(1)
  const parameters = isFunction(scope) ? (scope.params as readonly Node[]) : []
  return [
    ...own.flatMap((node) => {
      if (node.type === 'FunctionDeclaration') return named(node.id, scope, node)
      if (node.type !== 'VariableDeclaration') return []
      const isKnown = node.kind === 'const'
      return (node.declarations as readonly Node[]).flatMap(({ id, init }) =>
        named(id, scope, isKnown && isNode(init) ? init : undefined),
      )
    }),
    ...parameters.flatMap((each) => nodesBelow(each)).flatMap((each) => named(each, scope, undefined)),
  ]
}

/** Nothing for a pattern that takes a value apart. */
function named(id: unknown, scope: Node, value: Node | undefined): Definition[] {
  if (!isNode(id) || id.type !== 'Identifier') return []
  return [{ name: String(id.name), scope, ...(value && { value }) }]
}
