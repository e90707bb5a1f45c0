/**
 * The texts that an expression of the sources can stand for, as far as the file itself tells: literals, templates,
 * choices, constants, and what functions of the file return. What it does not tell is a word in capitals, or `…`.
 */
import { isFunction, isNode, type Node, nodesBelow, type SourceFile } from './source-file.ts'

type Texts = readonly string[] | undefined

/** Of the choices for one place of a text no more than this are told apart, and of their combinations: */
const MOST_CHOICES = 8
const MOST_TEXTS = 24

/** Undefined: no text is known, the expression is a parameter for example. */
export function textsOf(node: unknown, file: SourceFile, open: readonly Node[] = []): Texts {
  if (!isNode(node) || open.includes(node)) return undefined
  const inner = (each: unknown): Texts => textsOf(each, file, [...open, node])
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [node.value] : undefined
    case 'TemplateLiteral':
      return templateTexts(node, inner, file)
    case 'BinaryExpression': {
      if (node.operator !== '+') return undefined
      const [left, right] = [inner(node.left), inner(node.right)]
      return left || right ? joined([left ?? ['…'], right ?? ['…']]) : undefined
    }
    case 'ConditionalExpression':
      return choice(node.consequent, node.alternate, inner, file)
    case 'LogicalExpression':
      return choice(node.left, node.right, inner, file)?.filter((text) => text !== '')
    case 'Identifier': {
      const defined = file.lookUp(String(node.name), node)
      if (!defined || isFunction(defined)) return undefined
      return typeof defined.value === 'number' ? [String(defined.value)] : inner(defined)
    }
    case 'MemberExpression':
      return inner(member(node, file) ?? node.object)
    case 'ObjectExpression':
      return (node.properties as readonly Node[]).map(({ value }) => inner(value)).reduce(either, undefined)
    case 'TSAsExpression':
    case 'ParenthesizedExpression':
      return inner(node.expression)
    case 'CallExpression':
      return calledTexts(node, inner, file)
    default:
      return undefined
  }
}

function templateTexts(node: Node, inner: (each: unknown) => Texts, file: SourceFile): Texts {
  const quasis = node.quasis as readonly { readonly value: { readonly cooked: string } }[]
  const expressions = node.expressions as readonly Node[]
  return joined(
    quasis.flatMap(({ value }, index) => {
      const expression = expressions[index]
      if (!expression) return [[value.cooked]]
      const known = inner(expression)
      const told = known && known.length <= MOST_CHOICES ? known : [placeholder(expression, file)]
      return [[value.cooked], told]
    }),
  )
}

function calledTexts({ callee }: Node, inner: (each: unknown) => Texts, file: SourceFile): Texts {
  const called =
    isNode(callee) && callee.type === 'Identifier' ? file.lookUp(String(callee.name), callee) : undefined
  if (!called || !isFunction(called) || !isNode(called.body)) return undefined
  if (called.body.type !== 'BlockStatement') return inner(called.body)
  return nodesBelow(called.body, (node) => !isFunction(node))
    .filter(({ type }) => type === 'ReturnStatement')
    .map(({ argument }) => inner(argument))
    .reduce(either, undefined)
}

/** `TABLE.name`; undefined for `TABLE[name]`, which may be any of its values. */
function member({ computed, object, property }: Node, file: SourceFile): Node | undefined {
  if (computed || !isNode(property) || !isNode(object) || object.type !== 'Identifier') return undefined
  const defined = file.lookUp(String(object.name), object)
  const table = defined?.type === 'TSAsExpression' ? defined.expression : defined
  if (!isNode(table) || table.type !== 'ObjectExpression') return undefined
  const properties = table.properties as readonly Node[]
  const found = properties.find(({ key }) => isNode(key) && key.name === property.name)?.value
  return isNode(found) ? found : undefined
}

/** Where only one of two is known, the other has a placeholder; `undefined` is no text. */
function choice(first: unknown, second: unknown, inner: (each: unknown) => Texts, file: SourceFile): Texts {
  const [left, right] = [inner(first), inner(second)]
  if (!left && !right) return undefined
  const other = (node: unknown) =>
    isNode(node) && file.written(node) !== 'undefined' ? [placeholder(node, file)] : []
  return [...(left ?? other(first)), ...(right ?? other(second))]
}

/** The last name of `a.b?.name`, or of what is made visible or quoted, in capitals. */
function placeholder(node: Node, file: SourceFile): string {
  const name = /^(?:(?:quote|visible|visibleLine)\()?(?:[\w.?]+\.)?(\w+)\)?$/.exec(file.written(node))?.[1]
  return name === undefined
    ? '…'
    : name
        .replace(/^_+/, '')
        .replace(/[a-z](?=[A-Z])/g, '$&_')
        .toUpperCase()
}

function joined(parts: readonly (readonly string[])[]): readonly string[] {
  return parts
    .reduce<readonly string[]>(
      (left, right) => left.flatMap((each) => right.map((more) => each + more)),
      [''],
    )
    .slice(0, MOST_TEXTS)
}

function either(left: Texts, right: Texts): Texts {
  return left || right ? [...(left ?? []), ...(right ?? [])] : undefined
}
