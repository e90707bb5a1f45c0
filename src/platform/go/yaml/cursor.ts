/** A place in a text that moves forward: what the scanner of YAML 1.1 looks at next. */
import { GoYamlError } from './error.ts'

export interface Mark {
  /** In UTF-16 units. */
  readonly offset: number
  /** From 0; columns in characters. */
  readonly line: number
  readonly column: number
}

export const isBlank = (char: string): boolean => char === ' ' || char === '\t'
/** The line breaks of YAML 1.1. */
export const isBreak = (char: string): boolean => char !== '' && '\n\r\x85\u2028\u2029'.includes(char)
/** A blank, a break, or the end of the text. */
export const isGap = (char: string): boolean => char === '' || isBlank(char) || isBreak(char)

export class Cursor {
  readonly #text: string
  #offset = 0
  #line = 0
  #column = 0

  constructor(text: string) {
    this.#text = text
  }

  get mark(): Mark {
    return { offset: this.#offset, line: this.#line, column: this.#column }
  }

  get line(): number {
    return this.#line
  }

  get column(): number {
    return this.#column
  }

  /** The next character, or that so many behind it; '' at the end. */
  peek(ahead = 0): string {
    return this.#text.charAt(this.#offset + ahead)
  }

  /** Whether `---` or `...` stands here alone. */
  isAt(indicator: string): boolean {
    return (
      this.#column === 0 &&
      this.#text.startsWith(indicator, this.#offset) &&
      isGap(this.peek(indicator.length))
    )
  }

  skip(count = 1): void {
    for (let i = 0; i < count; i++) {
      const unit = this.#text.charCodeAt(this.#offset++)
      // The second half of a surrogate pair is no character of its own.
      if (unit < 0xdc00 || unit > 0xdfff) this.#column++
    }
  }

  /** Past a character, which is returned. */
  take(): string {
    const char = this.peek()
    this.skip()
    return char
  }

  takeWhile(holds: (char: string) => boolean): string {
    let taken = ''
    while (this.peek() !== '' && holds(this.peek())) taken += this.take()
    return taken
  }

  /** Past a line break, if there is one; returned as the text holds it for a reader: most are a newline to it. */
  takeBreak(): string {
    const char = this.peek()
    if (!isBreak(char)) return ''
    this.#offset += char === '\r' && this.peek(1) === '\n' ? 2 : 1
    this.#line++
    this.#column = 0
    return char === '\u2028' || char === '\u2029' ? char : '\n'
  }

  skipComment(): void {
    if (this.peek() === '#') this.takeWhile((char) => !isBreak(char))
  }

  /** The end of the text ends its last line. */
  endLine(): void {
    if (this.#column > 0) this.#line++
    this.#column = 0
  }

  /** @throws GoYamlError in the platform's words, which count lines from 1 here */
  fail(problem: string): never {
    const where = this.#line > 0 ? `line ${this.#line + 1}: ` : ''
    throw new GoYamlError(`yaml: ${where}${problem}`, this.#offset)
  }
}
