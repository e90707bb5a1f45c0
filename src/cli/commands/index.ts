/** Every command, in the order that `--help` shows them. One file each beside this one. */
import type { RegisterCommand } from '../command-line.ts'

export const commands: readonly RegisterCommand[] = []
