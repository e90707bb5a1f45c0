import { InputError } from '../problems/problems.ts'

/**
 * @param entry its name, one character for each byte (latin1)
 * @throws InputError when the entry would be unpacked outside the app
 */
export function refuseOutside(entry: string, archive: string): void {
  if (leavesTheApp(entry)) {
    throw new InputError(
      `${archive}: the entry ${printable(entry)} would be unpacked outside the app; build the archive again without it`,
    )
  }
}

/** Treats a backslash as a slash, as some readers do. */
export function leavesTheApp(name: string): boolean {
  if (/^(?:[/\\]|[A-Za-z]:)/.test(name)) return true
  return name.includes('..') && name.split(/[/\\]/).includes('..')
}

/** The bytes of a name as a string for messages, without control characters. */
export function printable(name: string): string {
  return Buffer.from(name, 'latin1')
    .toString()
    .replaceAll(/\p{Cc}/gu, '?')
}
