/** Decodes a configuration file, or reports why it is not text. */
import { isUtf8 } from 'node:buffer'
import type { Place, Problems } from '../../problems/problems.ts'

/** Larger files are refused without reading them: a `sidecars.yml` is written by hand. */
export const MOST_BYTES = 1024 * 1024

/** The text without a byte order mark; undefined when a problem was reported. */
export function decodeText(bytes: Uint8Array, file: string, problems: Problems): string | undefined {
  const start: Place = { file, line: 1, column: 1 }
  const nul = bytes.indexOf(0)
  if (bytes.length > MOST_BYTES) reportTooLarge(bytes.length, file, problems)
  else if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    problems.error(start, 'the file is UTF-16', 'save it as UTF-8')
  else if (nul >= 0) {
    const what = `the file contains a NUL byte at offset ${nul}: it is binary, or not UTF-8`
    problems.error(start, what, 'save it as UTF-8 text')
  } else if (!isUtf8(bytes)) problems.error(start, 'the file is not valid UTF-8', 'save it as UTF-8')
  else
    return Buffer.from(bytes)
      .toString()
      .replace(/^\ufeff/, '')
  return undefined
}

export function reportTooLarge(size: number, file: string, problems: Problems): void {
  const what = `the file has ${size} bytes, more than ${MOST_BYTES} (1 MiB)`
  problems.error({ file, line: 1, column: 1 }, what, 'check whether it is the right file')
}
