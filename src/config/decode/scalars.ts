import { closest } from 'fastest-levenshtein'
import { describeNode, isNull, type YamlNode } from '../yaml/nodes.ts'
import { type Decoder, refine, wants } from './decoder.ts'

/** Any scalar as written; empty only if quoted. Refuses NUL and lone surrogates, which a process cannot get. */
export const text: Decoder<string> = {
  schema: { type: ['string', 'number', 'boolean'] },
  read: (node, name, problems) => {
    if (node.kind !== 'scalar') return wants(node, name, 'a string', problems, 'write one string')
    if (isNull(node)) problems.error(node.place, `${name} has no value`, 'add a value, or remove the key')
    else if (node.text.includes('\0'))
      problems.error(node.place, `${name} contains a NUL character`, 'no process can be given one')
    else if (!node.text.isWellFormed())
      problems.error(node.place, `${name} contains half of a surrogate pair`, 'write the character itself')
    else return node.text
    return undefined
  },
}

/** A string that is not empty. */
export const filledText: Decoder<string> = refine(
  text,
  (value, report) => (value.trim() === '' ? report('is empty', 'add a value, or remove the key') : value),
  { minLength: 1, pattern: '\\S' },
)

export const boolean: Decoder<boolean> = {
  schema: { type: 'boolean' },
  read: (node, name, problems) => {
    if (node.kind === 'scalar' && node.plain && /^(?:true|True|TRUE|false|False|FALSE)$/.test(node.text))
      return node.text.toLowerCase() === 'true'
    const isFalse = node.kind === 'scalar' && /^(?:no|n|off|false|0|)$/i.test(node.text)
    return wants(node, name, 'true or false', problems, `use ${!isFalse}`)
  },
}

/** A whole number within inclusive bounds; it may be quoted. */
export function wholeNumber(least: number, most: number): Decoder<number> {
  return {
    schema: { type: ['integer', 'string'], minimum: least, maximum: most, pattern: '^\\d{1,15}$' },
    read: (node, name, problems) => {
      const written = node.kind === 'scalar' ? node.text : ''
      const number = Number.parseInt(written, 10)
      const bounded = Math.min(most, Math.max(least, number))
      if (/^\d{1,15}$/.test(written) && number === bounded) return number
      const shown = written === '' ? '' : ` (${written.slice(0, 40)})`
      const near = Number.isNaN(number) ? undefined : `use ${bounded}`
      problems.error(node.place, `${name}${shown} must be a whole number from ${least} to ${most}`, near)
      return undefined
    },
  }
}

/** One of several words. @param meant other words with their replacements */
export function oneOf<const Word extends string>(
  words: readonly Word[],
  meant: Readonly<Record<string, Word>>,
): Decoder<Word> {
  return {
    schema: { enum: words },
    read: (node, key, problems) => {
      const word = words.find((each) => node.kind === 'scalar' && node.text === each)
      if (word === undefined)
        problems.error(
          node.place,
          `${key} must be one of ${words.join(', ')}, got ${written(node)}`,
          `use ${nearest(node, words, meant)}`,
        )
      return word
    },
  }
}

function written(node: YamlNode): string {
  return node.kind === 'scalar' && !isNull(node) ? JSON.stringify(node.text) : describeNode(node)
}

function nearest(node: YamlNode, words: readonly string[], meant: Readonly<Record<string, string>>) {
  if (node.kind !== 'scalar') return words[0]
  const text = node.text.toLowerCase()
  return Object.hasOwn(meant, text) ? meant[text] : closest(text, words)
}
