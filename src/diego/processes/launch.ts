/** What a process of an instance is started from. */

/** A program, and its whole argument vector: `argv[0]` is the name that it is given. */
export interface Command {
  readonly file: string
  readonly argv: readonly [string, ...string[]]
}

/** What to start: from the launcher. */
export interface Launch extends Command {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}
