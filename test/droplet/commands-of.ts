/** Reads a bash text as far as is needed to tell which commands it calls. */
const OPENING = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', 'time', '!', '{'])
const CLOSING = new Set(['fi', 'done', '}'])
/** Builtins that call the command behind them. */
const PREFIXES = new Set(['exec', 'command', 'builtin', 'hash'])
const BUILTINS = new Set(
  ': . [ break cd continue declare disown echo eval exit export false jobs kill local mapfile printf read return set shift shopt source test trap true type unset wait'.split(
    ' ',
  ),
)

/** As written, sorted, each once: names, paths and expansions such as `"$@"`, without builtins and functions of the text. */
export function commandsOf(text: string): readonly string[] {
  const reader = new Reader(text)
  reader.commandsUntil('')
  return [...reader.called].filter((each) => !BUILTINS.has(each) && !reader.functions.has(each)).sort()
}

class Reader {
  readonly called = new Set<string>()
  readonly functions = new Set<string>()
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get #rest(): string {
    return this.#text.slice(this.#at)
  }

  #take(pattern: RegExp): string | undefined {
    const found = new RegExp(`^(?:${pattern.source})`, pattern.flags).exec(this.#rest)?.[0]
    if (found) this.#at += found.length
    return found || undefined
  }

  /** Up to a closing word or character, which is taken too; `''` is the end of the text. */
  commandsUntil(end: string): void {
    let begins = true
    while (this.#at < this.#text.length) {
      if (this.#take(/[ \t]+|\\\n/) || (begins && this.#take(/#.*/)) || this.#take(/ #.*/)) continue
      if (end === ')' && this.#take(/\)/)) return
      if (end === 'esac' && /^(?:;;|esac\b)/.test(this.#rest)) return
      if (begins && this.#take(/\(\(/)) this.#skipTo('))')
      else if (begins && this.#take(/\[\[ /)) this.#skipTo(' ]]')
      else if (this.#take(/[0-9]*[<>][<>&|]*(?!\()[ \t]*|\{\w+\}[<>][<>&]*(?!\()[ \t]*/)) this.#word()
      else if (this.#take(/[\n;&|(]+/)) begins = true
      else if (this.#take(/\)/)) begins = true
      else begins = this.#wordAt(begins)
    }
  }

  /** @returns whether a command may begin behind the word */
  #wordAt(begins: boolean): boolean {
    const word = this.#word()
    if (/^\w+(\[[^\]]*\])?\+?=/.test(word)) {
      if (this.#take(/\(/)) this.#listed()
      return begins
    }
    if (!begins) return false
    if (this.#take(/\(\)/)) {
      this.functions.add(word)
      return true
    }
    if (OPENING.has(word)) return true
    if (CLOSING.has(word)) return false
    if (word === 'for') {
      this.#loopHead()
      return true
    }
    if (word === 'case') {
      this.#patterns()
      return false
    }
    if (PREFIXES.has(word)) return true
    // Options and descriptors behind `exec`.
    if (/^(-|\{)/.test(word)) return true
    if (word === 'trap') this.#trap()
    else this.called.add(word)
    return false
  }

  /** `trap 'CODE' SIGNAL` */
  #trap(): void {
    this.#take(/[ \t]+/)
    const code = this.#word().replace(/^['"]|['"]$/g, '')
    for (const each of commandsOf(code)) this.called.add(each)
  }

  /** `for NAME in WORDS` or `for ((…))`. */
  #loopHead(): void {
    if (this.#take(/ *\(\(/)) this.#skipTo('))')
    else while (!this.#take(/[;\n]/)) if (!this.#take(/[ \t]+|\\\n/)) this.#word()
  }

  /** `case WORD in`, then patterns and commands in turn, up to `esac`. */
  #patterns(): void {
    this.#take(/[ \t]+/)
    this.#word()
    this.#take(/\s+in\b/)
    while (!this.#take(/\s*(?:#.*\s*)*esac\b/)) {
      while (!this.#take(/\)/)) if (!this.#take(/[\s|(]+|#.*/)) this.#word()
      this.commandsUntil('esac')
      this.#take(/;;/)
    }
  }

  /** The words of an array. */
  #listed(): void {
    while (!this.#take(/\)/)) if (!this.#take(/\s+/)) this.#word()
  }

  /** One word as written, its quotes included; the commands of its substitutions are noted. */
  #word(): string {
    const start = this.#at
    for (;;) {
      if (this.#take(/\\[\s\S]|'[^']*'|\$'(?:[^'\\]|\\[\s\S])*'/)) continue
      if (this.#take(/\$\(\(/)) this.#skipTo('))')
      else if (this.#take(/\$\(|[<>]\(/)) this.commandsUntil(')')
      else if (this.#take(/\$\{/)) this.#expansion()
      else if (this.#take(/"/)) this.#quoted()
      else if (!this.#take(/[^\s;&|()<>"'\\$]+|\$/)) break
    }
    if (this.#at === start) throw new Error(`cannot read: ${this.#rest.slice(0, 40)}`)
    return this.#text.slice(start, this.#at)
  }

  #quoted(): void {
    while (!this.#take(/"/)) {
      if (this.#take(/\\[\s\S]/)) continue
      if (this.#take(/\$\(\(/)) this.#skipTo('))')
      else if (this.#take(/\$\(/)) this.commandsUntil(')')
      else if (this.#take(/\$\{/)) this.#expansion()
      else if (!this.#take(/[^"\\$]+|\$/)) throw new Error('a quote is not closed')
    }
  }

  #expansion(): void {
    while (!this.#take(/\}/)) {
      if (this.#take(/\\[\s\S]|'[^']*'/)) continue
      if (this.#take(/"/)) this.#quoted()
      else if (this.#take(/\$\(/)) this.commandsUntil(')')
      else if (this.#take(/\$\{/)) this.#expansion()
      else if (!this.#take(/[^}"'\\$]+|\$/)) throw new Error('an expansion is not closed')
    }
  }

  #skipTo(end: string): void {
    const found = this.#text.indexOf(end, this.#at)
    if (found < 0) throw new Error(`no ${end} in: ${this.#rest.slice(0, 40)}`)
    this.#at = found + end.length
  }
}
