import { closest } from 'fastest-levenshtein'
import type { Problems } from '../problems.ts'
import { isNull, type YamlNode } from '../yaml/nodes.ts'
import { type Decoder, wants } from './decoder.ts'

/** Any scalar, as it is written; not empty unless quoted. NUL and lone surrogates are refused: no process could be given them. */
export const text: Decoder<string> = {
  schema: { type: ['string', 'number', 'boolean'] },
  read: (node, name, problems) => {
    if (node.kind !== 'scalar') return wants(node, name, 'a text', problems, 'write one text')
    if (isNull(node)) {
      problems.error(node.place, `${name} has no value`, 'write one, or leave the key out')
      return undefined
    }
    return storable(node, node.text, name, problems)
  },
}

/** A text with something in it. */
export const filledText: Decoder<string> = {
  schema: { type: ['string', 'number', 'boolean'], minLength: 1, pattern: '\\S' },
  read: (node, name, problems) => {
    const value = text.read(node, name, problems)
    if (value === undefined) return undefined
    if (value.trim() !== '') return value
    problems.error(node.place, `${name} is empty`, 'write a value, or leave the key out')
    return undefined
  },
}

export const boolean: Decoder<boolean> = {
  schema: { type: 'boolean' },
  read: (node, name, problems) => {
    if (node.kind === 'scalar' && node.plain && /^(?:true|True|TRUE|false|False|FALSE)$/.test(node.text))
      return node.text.toLowerCase() === 'true'
    return wants(node, name, 'true or false', problems, 'write true or false, without quotes')
  },
}

/** A whole number within bounds, both included; quotes around it do no harm. */
export function wholeNumber(least: number, most: number): Decoder<number> {
  return {
    schema: { type: ['integer', 'string'], minimum: least, maximum: most, pattern: '^\\d{1,15}$' },
    read: (node, name, problems) => {
      if (node.kind === 'scalar' && /^\d{1,15}$/.test(node.text)) {
        const value = Number(node.text)
        if (value >= least && value <= most) return value
      }
      const shown = node.kind === 'scalar' ? ` (${node.text.slice(0, 40)})` : ''
      problems.error(node.place, `${name}${shown} must be a whole number from ${least} to ${most}`)
      return undefined
    },
  }
}

/** One of some words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Decoder<Word> {
  return {
    schema: { enum: words },
    read: (node, name, problems) => {
      const word = words.find((each) => node.kind === 'scalar' && node.text === each)
      if (word === undefined)
        wants(node, name, `one of ${words.join(', ')}`, problems, `write ${nearest(node, words)}`)
      return word
    },
  }
}

function nearest(node: YamlNode, words: readonly string[]): string {
  return node.kind === 'scalar' ? closest(node.text.toLowerCase(), words) : (words[0] ?? '')
}

function storable(node: YamlNode, value: string, name: string, problems: Problems): string | undefined {
  if (value.includes('\0'))
    problems.error(node.place, `${name} holds a NUL character`, 'no process can be given one')
  else if (!value.isWellFormed())
    problems.error(node.place, `${name} holds half of a surrogate pair`, 'write the character itself')
  else return value
  return undefined
}
