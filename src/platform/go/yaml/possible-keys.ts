/** Tokens that a later `:` may turn into a key: one in each open pair of brackets, and one in the enclosing block. */
import type { Cursor, Mark } from './cursor.ts'

interface PossibleKey {
  /** Index of its first token in the text. */
  readonly token: number
  readonly mark: Mark
  /** It must be a key: it has the column of the keys of the enclosing block mapping. */
  readonly required: boolean
}

interface Level {
  key?: PossibleKey | undefined
  /** Where its last possible key started, else the position of the bracket. */
  lastKey: number
  /** Whether the tokens from its possible key on are held back until it is known whether it is a key. */
  isAwaited: boolean
}

const LONGEST = 1024

export class PossibleKeys {
  readonly #cursor: Cursor
  #level: Level = { lastKey: 0, isAwaited: false }
  readonly #around: Level[] = []

  constructor(cursor: Cursor) {
    this.#cursor = cursor
  }

  get inBrackets(): boolean {
    return this.#around.length > 0
  }

  open(token: number): void {
    this.#around.push(this.#level)
    this.#level = { lastKey: token, isAwaited: false }
  }

  close(): void {
    const closed = this.#level
    this.#level = this.#around.pop() ?? closed
    // As in the platform's parser, brackets without a possible key are not held back.
    if (this.#level !== closed && closed.lastKey === this.#level.key?.token) this.#level.isAwaited = false
  }

  save(key: PossibleKey): void {
    this.forget()
    Object.assign(this.#level, { key, lastKey: key.token, isAwaited: true })
  }

  /** @throws GoYamlError if it must be a key */
  forget(): void {
    if (this.#level.key?.required) this.#cursor.fail("could not find expected ':'")
    this.#level.key = undefined
  }

  /** The key for the `:` at this position. */
  take(): PossibleKey | undefined {
    const key = this.#isStillPossible(this.#level) ? this.#level.key : undefined
    this.#level.key = undefined
    return key
  }

  /** Whether `token` may still start a key. */
  isAwaited(token: number): boolean {
    return [...this.#around, this.#level].some(
      (level) => level.isAwaited && level.key?.token === token && this.#isStillPossible(level),
    )
  }

  /** A key is on one line, and not very long. */
  #isStillPossible(level: Level): boolean {
    const { key } = level
    if (!key) return false
    const { line, offset } = this.#cursor.mark
    if (key.mark.line === line && offset - key.mark.offset <= LONGEST) return true
    if (key.required) this.#cursor.fail("could not find expected ':'")
    level.key = undefined
    return false
  }
}
