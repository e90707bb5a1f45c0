/**
 * Limits and defaults of Cloud Controller and Diego, and limits of Linux. An operator may set other defaults; the limits are
 * fixed. Sources: docs/explanation/platform.md, "Limits and defaults".
 */
import { type MemorySize, megabytes } from './memory-size.ts'

/** In code points, as Ruby and the database count characters. */
export const MOST_CHARACTERS_OF_NAME = 255
export const MOST_CHARACTERS_OF_COMMAND = 4096

/** The default memory of a process or task. */
export const DEFAULT_MEMORY: MemorySize = megabytes(1024)

/** Health checks, in seconds. */
export const DEFAULT_START_TIMEOUT = 60
export const DEFAULT_INVOCATION_TIMEOUT = 1
export const DEFAULT_CHECK_INTERVAL = 30

/** Time from SIGTERM to SIGKILL, milliseconds. */
export const GRACEFUL_SHUTDOWN = 10_000

/** Linux, bytes: one argument, and one `NAME=value` (MAX_ARG_STRLEN, less its NUL). */
export const MOST_BYTES_OF_ARGUMENT = 131_071
/** Linux, bytes: https://man7.org/linux/man-pages/man7/unix.7.html, less its NUL. */
export const MOST_BYTES_OF_SOCKET_PATH = 107

/** Whether a name or a command exceeds the platform's limit. */
export function isLongerThan(text: string, most: number): boolean {
  return text.length > most && [...text].length > most
}
