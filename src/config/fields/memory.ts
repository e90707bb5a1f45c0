import { type MemorySize, MIB, megabytes, parseMemoryText } from '../../platform/memory-size.ts'
import { byKind, map } from '../decode/collections.ts'
import { type Decoder, described, refine } from '../decode/decoder.ts'
import { boolean, filledText } from '../decode/scalars.ts'

/** The API's database stores MiB in 32 bits. */
const MOST_MEGABYTES = 2 ** 31 - 1

/** A sidecar's memory in CF units: a whole number of MiB, at least one (platform: "memory not a positive integer of MB"). */
const size: Decoder<MemorySize> = refine(
  filledText,
  (text, report) => {
    const bytes = /^0+$/.test(text) ? 0 : parseMemoryText(text)
    if (bytes === undefined) {
      if (/^\d+$/.test(text)) return report(`"${text}" has no unit`, `use ${text}M`)
      if (/^-/.test(text)) return report(`"${text}" is negative`, 'use 64M')
      return report(`"${text}" is not a valid memory size`, `use ${rewritten(text)}`)
    }
    if (bytes === 0) return report(`"${text}" is less than 1M`, 'use 1M')
    const whole = bytes / MIB
    if (!Number.isInteger(whole))
      return report(`"${text}" is not a whole number of MiB`, `use ${Math.ceil(whole)}M`)
    if (whole > MOST_MEGABYTES)
      return report(`"${text}" is more than Cloud Foundry can store`, `use ${MOST_MEGABYTES}M`)
    return megabytes(whole)
  },
  {
    type: 'string',
    pattern: '^\\s*(?=[\\d.]*[1-9])(\\d+(\\.\\d+)?|\\.\\d+)\\s*([KkMmGgTt]([Ii]?[Bb])?|[Bb])\\s*$',
  },
)

interface SidecarMemory {
  readonly limit: MemorySize
  /** Whether the sidecar is restarted when its processes use more. */
  readonly guard: boolean
}

/** `64M`, or `{limit: 64M, guard: true}`. */
export const memory: Decoder<SidecarMemory> = byKind<SidecarMemory>(
  {
    scalar: refine(size, (limit) => Object.freeze({ limit, guard: false })),
    map: refine(
      map(
        {
          limit: described(size, 'Memory in Cloud Foundry units (64M, 1.5G), a whole number of MiB.'),
          guard: described(
            boolean,
            'Whether the sidecar is restarted when its processes use more than that. Default: false.',
          ),
        },
        { required: ['limit'] },
      ),
      ({ limit, guard = false }, report) =>
        limit ? Object.freeze({ limit, guard }) : report('has no limit', 'write {limit: 64M, guard: true}'),
    ),
  },
  '64M or {limit: 64M, guard: true}',
)

/** The number with the unit of the first letter; `64 Mo` → `64M`. */
function rewritten(text: string): string {
  const [, number, unit = 'M'] = /(\d+)[\d.]*\s*([KMGT])?/i.exec(text) ?? []
  const amount = Number(number)
  return amount > 0 && unit.toUpperCase() !== 'K' ? `${amount}${unit.toUpperCase()}` : '64M'
}
