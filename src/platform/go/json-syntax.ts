/**
 * What Go's `encoding/json` says of a text that is not JSON: the first byte that does not belong there.
 * Source: the messages of its scanner, https://pkg.go.dev/encoding/json#SyntaxError
 */
import { goQuote } from './quote.ts'

const END = 'unexpected end of JSON input'
const VALUE = 'looking for beginning of value'
const SPACE_REFUSED = /^in literal|numeric literal$|escape/
const KEY = 'looking for beginning of object key string'

/** Undefined for valid JSON. */
export function describeJsonSyntax(text: string): string | undefined {
  try {
    new JsonScanner(Buffer.from(text).toString('latin1')).document()
    return undefined
  } catch (thrown) {
    if (thrown instanceof JsonSyntaxError) return thrown.message
    throw thrown
  }
}

class JsonSyntaxError extends Error {}

class JsonScanner {
  readonly #bytes: string
  #at = 0

  constructor(bytes: string) {
    this.#bytes = bytes
  }

  document(): void {
    this.#value()
    if (this.#next() !== undefined) this.#refuse('after top-level value')
  }

  /** The next byte that is not white space. */
  #next(): string | undefined {
    while (/[ \t\r\n]/.test(this.#bytes[this.#at] ?? '')) this.#at++
    return this.#bytes[this.#at]
  }

  #refuse(where: string): never {
    // At the end, Go tries a space, which only some states of its scanner refuse.
    const byte = this.#bytes[this.#at] ?? (SPACE_REFUSED.test(where) ? ' ' : undefined)
    throw new JsonSyntaxError(byte === undefined ? END : `invalid character ${quoted(byte)} ${where}`)
  }

  #expect(allowed: RegExp, where: string): string {
    const byte = this.#bytes[this.#at]
    if (byte === undefined || !allowed.test(byte)) this.#refuse(where)
    this.#at++
    return byte
  }

  #value(): void {
    const first = this.#next()
    if (first === '{') this.#list('}', 'after object key:value pair', () => this.#entry())
    else if (first === '[') this.#list(']', 'after array element', () => this.#value())
    else if (first === '"') this.#string()
    else if (first !== undefined && /[-0-9]/.test(first)) this.#number()
    else this.#literal({ t: 'true', f: 'false', n: 'null' }[first ?? ''])
  }

  #list(close: string, where: string, item: () => void): void {
    this.#at++
    if (this.#next() === close) {
      this.#at++
      return
    }
    for (let end = ''; end !== close; ) {
      item()
      this.#next()
      end = this.#expect(close === '}' ? /[,}]/ : /[,\]]/, where)
    }
  }

  #entry(): void {
    if (this.#next() !== '"') this.#refuse(KEY)
    this.#string()
    this.#next()
    this.#expect(/:/, 'after object key')
    this.#value()
  }

  #string(): void {
    this.#at++
    for (let byte = ''; byte !== '"'; ) {
      byte = this.#expect(/[^\0-\x1f]/, 'in string literal')
      if (byte !== '\\') continue
      byte = ''
      if (this.#expect(/[bfnrt\\/"u]/, 'in string escape code') !== 'u') continue
      for (let digit = 0; digit < 4; digit++)
        this.#expect(/[0-9a-fA-F]/, 'in \\u hexadecimal character escape')
    }
  }

  #number(): void {
    if (this.#bytes[this.#at] === '-') this.#at++
    if (this.#expect(/[0-9]/, 'in numeric literal') !== '0') this.#digits()
    if (this.#bytes[this.#at] === '.') {
      this.#at++
      this.#expect(/[0-9]/, 'after decimal point in numeric literal')
      this.#digits()
    }
    if (!/[eE]/.test(this.#bytes[this.#at] ?? '')) return
    this.#at++
    if (/[-+]/.test(this.#bytes[this.#at] ?? '')) this.#at++
    this.#expect(/[0-9]/, 'in exponent of numeric literal')
    this.#digits()
  }

  #digits(): void {
    while (/[0-9]/.test(this.#bytes[this.#at] ?? '')) this.#at++
  }

  #literal(word: string | undefined): void {
    if (word === undefined) this.#refuse(VALUE)
    for (const letter of word)
      this.#expect(new RegExp(letter), `in literal ${word} (expecting ${quoted(letter)})`)
  }
}

/** A byte as Go quotes a character. */
function quoted(byte: string): string {
  if (byte === "'") return "'\\''"
  if (byte === '"') return "'\"'"
  return `'${goQuote(Buffer.from(byte)).slice(1, -1)}'`
}
