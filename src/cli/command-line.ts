import type { Command } from 'commander'
import type { Environment } from '../system/environment.ts'

/** The environment of a command, passed in so that tests need no global patching. */
export interface CommandLine {
  readonly env: Environment
  readonly cwd: string
  /**
   * Strings include newlines; their control characters are made visible. Bytes are written unchanged: output of other
   * programs, or control sequences for the terminal.
   */
  readonly out: (text: string | Uint8Array) => void
  readonly err: (text: string | Uint8Array) => void
  /** Resolves when a slow reader of `out` has caught up. For endless output. */
  readonly room?: () => Promise<void> | undefined
  /** Whether `err` is a terminal, which shows progress. */
  readonly isTerminal: boolean
}

/** Adds one command to the program; `exit` sets the exit status of the command (default: 0). */
export type RegisterCommand = (program: Command, line: CommandLine, exit: (status: number) => void) => void
