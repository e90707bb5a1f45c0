/** How a process of an instance is started. */

/** A program and its whole argument vector, including `argv[0]`. */
interface Command {
  readonly file: string
  readonly argv: readonly [string, ...string[]]
}

/** What to start: from the launcher. */
export interface ProcessLaunch extends Command {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}
