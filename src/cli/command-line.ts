import type { Command } from 'commander'

/** What a command needs of the world: passed in, so that a test needs no global patching. */
export interface CommandLine {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /**
   * Texts, newlines included; their control characters are made visible. Bytes are written as they are: somebody else's
   * output, or control sequences for the terminal.
   */
  readonly out: (text: string | Uint8Array) => void
  readonly err: (text: string | Uint8Array) => void
  /** While the reader of `out` is slow: resolves when it has caught up. For output without an end. */
  readonly room?: () => Promise<void> | undefined
  /** Whether `err` is a terminal: progress is drawn there. */
  readonly isTerminal: boolean
}

/** Adds one command to the program; `exit` sets the status for when the command has ended (0 when never called). */
export type RegisterCommand = (program: Command, line: CommandLine, exit: (status: number) => void) => void
