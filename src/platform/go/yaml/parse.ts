import { Composer } from './composer.ts'
import { GoYamlError } from './error.ts'
import type { GoNode } from './nodes.ts'

const UNPRINTABLE =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/**
 * The root of the first document, or undefined if there is none (an empty text, or only comments). Text after the first
 * document is not read.
 * @throws GoYamlError
 */
export function parseGoYaml(input: string | Uint8Array): GoNode | undefined {
  const text = decodeYamlText(input)
  refuseUnprintable(text)
  return new Composer(text).document()
}

/**
 * The text that offsets count in: UTF-8, or UTF-16 if it starts with a byte order mark.
 * @throws GoYamlError when the bytes are not valid in this encoding
 */
export function decodeYamlText(input: string | Uint8Array): string {
  if (typeof input === 'string') return input.replace(/^\ufeff/, '')
  const encoding =
    input[0] === 0xff && input[1] === 0xfe
      ? 'utf-16le'
      : input[0] === 0xfe && input[1] === 0xff
        ? 'utf-16be'
        : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(input)
  } catch {
    throw new GoYamlError(`yaml: not ${encoding.toUpperCase()}`)
  }
}

/** @throws GoYamlError for a character that YAML 1.1 does not allow unescaped */
function refuseUnprintable(text: string): void {
  const found = UNPRINTABLE.exec(text)
  if (found) throw new GoYamlError('yaml: control characters are not allowed', found.index)
}
