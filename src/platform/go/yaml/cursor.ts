/** The position of the YAML 1.1 scanner in a text, which moves forward. */
import { GoYamlError } from './error.ts'

export interface Mark {
  /** In UTF-16 units. */
  readonly offset: number
  /** Starting at 0; columns in characters. */
  readonly line: number
  readonly column: number
}

export const isSpaceOrTab = (char: string): boolean => char === ' ' || char === '\t'
/** The line breaks of YAML 1.1. */
export const isBreak = (char: string): boolean => char !== '' && '\n\r\x85\u2028\u2029'.includes(char)
/** A space or tab, a line break, or the end of the text. */
export const isGap = (char: string): boolean => char === '' || isSpaceOrTab(char) || isBreak(char)

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

  /** The next character, or one at a distance; '' at the end. */
  peek(ahead = 0): string {
    return this.#text.charAt(this.#offset + ahead)
  }

  /** Whether there is a separate `---` or `...` here. */
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
      // The second half of a surrogate pair is not a separate character.
      if (unit < 0xdc00 || unit > 0xdfff) this.#column++
    }
  }

  /** Moves past a character and returns it. */
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

  /** Moves past a line break, if there is one, and returns its value, usually a newline. */
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

  /** The end of the text also ends its last line. */
  endLine(): void {
    if (this.#column > 0) this.#line++
    this.#column = 0
  }

  /** @throws GoYamlError with the platform's message, which counts lines from 1 here */
  fail(problem: string): never {
    const where = this.#line > 0 ? `line ${this.#line + 1}: ` : ''
    throw new GoYamlError(`yaml: ${where}${problem}`, this.#offset)
  }
}
