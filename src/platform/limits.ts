/**
 * Limits and defaults of Cloud Controller. An operator may set other defaults; the limits are fixed.
 * Sources: docs/explanation/platform.md, "Limits and defaults".
 */
import { type MemorySize, megabytes } from '../config/memory-size.ts'

/** Characters as Ruby and the database count them: code points. */
export const MOST_CHARACTERS_OF_NAME = 255
export const MOST_CHARACTERS_OF_COMMAND = 4096

/** The memory of a process or task to which nothing else gives any. */
export const DEFAULT_MEMORY: MemorySize = megabytes(1024)

/** Health checks, in seconds. */
export const DEFAULT_START_TIMEOUT = 60
export const DEFAULT_INVOCATION_TIMEOUT = 1
export const DEFAULT_CHECK_INTERVAL = 30

/** Whether a name or a command is longer than the platform takes. */
export function isLongerThan(text: string, most: number): boolean {
  return text.length > most && [...text].length > most
}
