/**
 * Scans the tokens of YAML 1.1 one by one, like the platform's parser: text after the first document is never read.
 * Source: https://yaml.org/spec/1.1/, chapters 4 to 9.
 */
import { Cursor, isBreak, isGap, isSpaceOrTab, type Mark } from './cursor.ts'
import { PossibleKeys } from './possible-keys.ts'
import { scanAnchor, scanDirective, scanTag } from './scan-properties.ts'
import { scanBlock, scanPlain, scanQuoted } from './scan-scalars.ts'
import type { Structure, Token, TokenContent } from './token.ts'

export class Scanner {
  readonly #cursor: Cursor
  readonly #keys: PossibleKeys
  readonly #tokens: Token[] = []
  #taken = 0
  /** Indentation of the enclosing block collection; -1 at the root. */
  #indent = -1
  readonly #indents: number[] = []
  /** Whether a key, or the indicator of a block's entry, may start here. */
  #mayBeKey = true

  constructor(text: string) {
    this.#cursor = new Cursor(text)
    this.#keys = new PossibleKeys(this.#cursor)
  }

  /** The next token. @throws GoYamlError */
  peek(): Token {
    for (;;) {
      const [token] = this.#tokens
      if (token && !this.#keys.isAwaited(this.#taken)) return token
      this.#fetch()
    }
  }

  skip(): void {
    this.#tokens.shift()
    this.#taken++
  }

  #fetch(): void {
    const cursor = this.#cursor
    this.#skipToToken()
    this.#unroll(cursor.column)
    const char = cursor.peek()
    if (char === '') this.#endStream()
    else if (char === '%' && cursor.column === 0) this.#addDirective()
    else if (cursor.isAt('---')) this.#addIndicator('---')
    else if (cursor.isAt('...')) this.#addIndicator('...')
    else if (char === '[' || char === '{') this.#addOpening(char)
    else if (char === ']' || char === '}') this.#addClosing(char)
    else if (char === ',') this.#addComma()
    else if (char === '*') this.#addStart(() => ({ kind: 'alias', name: scanAnchor(cursor) }))
    else if (char === '&') this.#addStart(() => ({ kind: 'anchor', name: scanAnchor(cursor) }))
    else if (char === '!') this.#addStart(() => ({ kind: 'tag', tag: scanTag(cursor) }))
    else if (char === "'" || char === '"')
      this.#addStart(() => ({ kind: 'scalar', text: scanQuoted(cursor), plain: false }))
    else this.#fetchInContext(char)
  }

  /** Characters whose meaning depends on the context. */
  #fetchInContext(char: string): void {
    const { inBrackets } = this.#keys
    const isSeparate = isGap(this.#cursor.peek(1))
    if (char === '-' && isSeparate) this.#addEntry()
    else if (char === '?' && (inBrackets || isSeparate)) this.#addKey()
    else if (char === ':' && (inBrackets || isSeparate)) this.#addValue()
    else if ((char === '|' || char === '>') && !inBrackets) this.#addBlockScalar()
    else if (this.#startsPlain(char)) this.#addPlain()
    else this.#cursor.fail('found character that cannot start any token')
  }

  #startsPlain(char: string): boolean {
    const next = this.#cursor.peek(1)
    if (char === '-') return !isSpaceOrTab(next)
    if (char === '?' || char === ':') return !this.#keys.inBrackets && !isGap(next)
    return !isGap(char) && !'#|>%@`'.includes(char)
  }

  #skipToToken(): void {
    const cursor = this.#cursor
    for (;;) {
      // A tab is not an indentation.
      const mayBeTab = this.#keys.inBrackets || !this.#mayBeKey
      cursor.takeWhile((char) => char === ' ' || (mayBeTab && char === '\t'))
      cursor.skipComment()
      if (!isBreak(cursor.peek())) return
      cursor.takeBreak()
      if (!this.#keys.inBrackets) this.#mayBeKey = true
    }
  }

  /** Closes block collections with a larger indentation. */
  #unroll(column: number): void {
    if (this.#keys.inBrackets) return
    for (; this.#indent > column; this.#indent = this.#indents.pop() ?? -1) {
      this.#tokens.push({ kind: 'end of block', mark: this.#cursor.mark })
    }
  }

  /**
   * Opens a block collection if it is indented more than the enclosing one.
   * @param token index of the token before which it is opened; absent: the next one
   */
  #roll(kind: 'block sequence' | 'block mapping', mark: Mark, token = this.#nextToken): void {
    if (this.#keys.inBrackets || this.#indent >= mark.column) return
    this.#indents.push(this.#indent)
    this.#indent = mark.column
    this.#tokens.splice(token - this.#taken, 0, { kind, mark })
  }

  get #nextToken(): number {
    return this.#taken + this.#tokens.length
  }

  #saveKey(): void {
    if (this.#mayBeKey) {
      const { mark } = this.#cursor
      const required = !this.#keys.inBrackets && this.#indent === mark.column
      this.#keys.save({ token: this.#nextToken, mark, required })
    }
    this.#mayBeKey = false
  }

  /** One character. */
  #add(kind: Structure, mayBeKey: boolean): void {
    this.#mayBeKey = mayBeKey
    this.#tokens.push({ kind, mark: this.#cursor.mark })
    this.#cursor.skip()
  }

  #endBlocks(): void {
    this.#unroll(-1)
    this.#keys.forget()
    this.#mayBeKey = false
  }

  #endStream(): void {
    this.#cursor.endLine()
    this.#endBlocks()
    this.#tokens.push({ kind: 'end of stream', mark: this.#cursor.mark })
  }

  #addDirective(): void {
    this.#endBlocks()
    const { mark } = this.#cursor
    this.#tokens.push({ kind: 'directive', directive: scanDirective(this.#cursor), mark })
  }

  #addIndicator(kind: '---' | '...'): void {
    this.#endBlocks()
    this.#tokens.push({ kind, mark: this.#cursor.mark })
    this.#cursor.skip(kind.length)
  }

  #addOpening(kind: '[' | '{'): void {
    this.#saveKey()
    this.#keys.open(this.#nextToken)
    this.#add(kind, true)
  }

  #addClosing(kind: ']' | '}'): void {
    this.#keys.forget()
    this.#keys.close()
    this.#add(kind, false)
  }

  #addComma(): void {
    this.#keys.forget()
    this.#add(',', true)
  }

  #addEntry(): void {
    this.#openBlock('block sequence', 'block sequence entries')
    this.#keys.forget()
    this.#add('-', true)
  }

  #addKey(): void {
    this.#openBlock('block mapping', 'mapping keys')
    this.#keys.forget()
    this.#add('key', !this.#keys.inBrackets)
  }

  #addValue(): void {
    const key = this.#keys.take()
    if (!key) {
      this.#openBlock('block mapping', 'mapping values')
      this.#add('value', !this.#keys.inBrackets)
      return
    }
    this.#tokens.splice(key.token - this.#taken, 0, { kind: 'key', mark: key.mark })
    this.#roll('block mapping', key.mark, key.token)
    this.#add('value', false)
  }

  #openBlock(kind: 'block sequence' | 'block mapping', what: string): void {
    if (this.#keys.inBrackets) return
    if (!this.#mayBeKey) this.#cursor.fail(`${what} are not allowed in this context`)
    this.#roll(kind, this.#cursor.mark)
  }

  /** A token that may be the start of a key. */
  #addStart(scan: () => TokenContent): void {
    this.#saveKey()
    const { mark } = this.#cursor
    this.#tokens.push({ ...scan(), mark })
  }

  #addPlain(): void {
    this.#saveKey()
    const { mark } = this.#cursor
    const { text, endsLine } = scanPlain(this.#cursor, this.#indent + 1, this.#keys.inBrackets)
    if (endsLine) this.#mayBeKey = true
    this.#tokens.push({ kind: 'scalar', text, plain: true, mark })
  }

  #addBlockScalar(): void {
    this.#keys.forget()
    this.#mayBeKey = true
    const { mark } = this.#cursor
    this.#tokens.push({ kind: 'scalar', text: scanBlock(this.#cursor, this.#indent), plain: false, mark })
  }
}
