import { type Decoder, refine } from '../decode/decoder.ts'
import { filledText } from '../decode/scalars.ts'
import { type MemorySize, MIB, megabytes, parseMemoryText } from '../memory-size.ts'

/** The database of the API keeps MB in 32 bits. */
const MOST_MEGABYTES = 2 ** 31 - 1

/** A sidecar's memory: CF units, a whole number of MB, at least one (platform: "memory not a positive integer of MB"). */
export const memory: Decoder<MemorySize> = refine(
  filledText,
  (text, report) => {
    const bytes = /^0+$/.test(text) ? 0 : parseMemoryText(text)
    if (bytes === undefined) {
      if (/^\d+$/.test(text)) return report(`(${text}) has no unit`, `write ${text}M for megabytes`)
      if (/^-/.test(text)) return report(`(${text}) is negative`, 'write such as 64M')
      return report(`(${text}) is no amount of memory`, 'write such as 64M, 256MB, 1G, 1.5G, 262144K')
    }
    if (bytes === 0) return report(`(${text}) is nothing`, 'write at least 1M, or leave the key out')
    const whole = bytes / MIB
    if (!Number.isInteger(whole))
      return report(`(${text}) is not a whole number of MB`, `write ${Math.max(1, Math.ceil(whole))}M`)
    if (whole > MOST_MEGABYTES)
      return report(`(${text}) is more than the platform can store`, `write at most ${MOST_MEGABYTES}M`)
    return megabytes(whole)
  },
  {
    type: 'string',
    pattern: '^\\s*(?=[\\d.]*[1-9])(\\d+(\\.\\d+)?|\\.\\d+)\\s*([KkMmGgTt]([Ii]?[Bb])?|[Bb])\\s*$',
  },
)
