/** What a `:` further on may make a key of: one thing in each pair of brackets that is open, and one in the block around. */
import type { Cursor, Mark } from './cursor.ts'

export interface PossibleKey {
  /** Its first token, counted from that of the text. */
  readonly token: number
  readonly mark: Mark
  /** Nothing else can stand there: it is where the keys of the block mapping around it stand. */
  readonly required: boolean
}

interface Level {
  key?: PossibleKey | undefined
  /** Where the last possible key in it began, else where the bracket stands. */
  lastKey: number
  /** Whether what begins at its possible key is held back until it is known whether it is one. */
  isAwaited: boolean
}

const LONGEST = 1024
const MOST_NESTED = 10_000

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
    if (this.#around.length > MOST_NESTED) this.#cursor.fail(`exceeded max depth of ${MOST_NESTED}`)
  }

  close(): void {
    const closed = this.#level
    this.#level = this.#around.pop() ?? closed
    // As the platform's reader has it: brackets without a possible key in them are not held back as one.
    if (this.#level !== closed && closed.lastKey === this.#level.key?.token) this.#level.isAwaited = false
  }

  save(key: PossibleKey): void {
    this.forget()
    Object.assign(this.#level, { key, lastKey: key.token, isAwaited: true })
  }

  /** @throws GoYamlError when it had to be one */
  forget(): void {
    if (this.#level.key?.required) this.#cursor.fail("could not find expected ':'")
    this.#level.key = undefined
  }

  /** The key whose `:` is here. */
  take(): PossibleKey | undefined {
    const key = this.#isStillPossible(this.#level) ? this.#level.key : undefined
    this.#level.key = undefined
    return key
  }

  /** Whether `token` may still turn out to begin a key. */
  isAwaited(token: number): boolean {
    return [...this.#around, this.#level].some(
      (level) => level.isAwaited && level.key?.token === token && this.#isStillPossible(level),
    )
  }

  /** A key is in one line, and not very long. */
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
