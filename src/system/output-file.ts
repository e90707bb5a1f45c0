import { closeSync, statSync } from 'node:fs'
import { InputError } from '../problems/problems.ts'
import { openForeignFile, readBytes } from './foreign-file.ts'

/** What commands write into a file that the user names, recognised by its beginning or its end. */
const CONTENTS = {
  // A jar may start with a script. Its end record has a comment of at most 65,535 bytes.
  'a zip archive': /^PK|PK\x05\x06/,
  'an HTML page': /^\s*</,
  'a CycloneDX SBOM': /"bomFormat"/,
} as const
export type OutputContent = keyof typeof CONTENTS
const END = 22 + 0xffff

/**
 * A wrong file name after an option must not destroy the user's sidecars.yml or jar.
 * @throws InputError when the file has other content; devices and pipes have none
 */
export function refuseOtherContent(
  option: string,
  path: string,
  expected: OutputContent,
  shown = path,
): void {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats?.isFile() || stats.size === 0) return
  const fd = openForeignFile(path, { shown })
  try {
    const ends = [readBytes(fd, 0, 1024), readBytes(fd, Math.max(0, stats.size - END), END)]
    if (CONTENTS[expected].test(Buffer.concat(ends).toString('latin1'))) return
  } finally {
    closeSync(fd)
  }
  throw new InputError(`${option}: ${shown} exists and is not ${expected}; choose another file, or remove it`)
}
