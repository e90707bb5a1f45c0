import { type Decoder, refine } from '../decode/decoder.ts'
import { filledText } from '../decode/scalars.ts'
import { durationFault, parseDuration } from '../duration.ts'

/** A time (for example `500ms`, `30s` or `2m`) in milliseconds; inclusive bounds in milliseconds. */
export function duration(least: number, most: number): Decoder<number> {
  return refine(
    filledText,
    (text, report) => {
      const fault = durationFault(text, least, most)
      return fault ? report(`"${text}" ${fault.what}`, fault.instead) : (parseDuration(text) ?? least)
    },
    { type: 'string', pattern: '^\\d{1,9}(\\.\\d{1,3})?(ms|s|m|h)$' },
  )
}
