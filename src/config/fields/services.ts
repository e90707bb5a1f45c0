import { list, type Readable, type Written, writtenOf } from '../decode/collections.ts'
import { type Decoder, described, refine, wants } from '../decode/decoder.ts'
import { filledText } from '../decode/scalars.ts'

const anyOf = refine(list(filledText, { example: 'any: [my-apm, other-apm]' }), (patterns, report) =>
  patterns.length > 0 ? patterns : report('is empty', 'write any: [my-apm, other-apm]'),
)

/** A list is the value of `any`, which stands instead of `service`. */
const oneService: Decoder<string> = {
  ...filledText,
  read: (node, name, problems) =>
    node.kind === 'scalar'
      ? filledText.read(node, name, problems)
      : wants(
          node,
          name,
          'a string',
          problems,
          'for several services, write any: [NAME, NAME] instead of service',
        ),
}

/** Selects bound services: exactly one of these keys (`servicesOf`). */
export const serviceFields = {
  service: described(
    oneService,
    "A bound service's name, else label, else tag; * stands for any characters, ? for one.",
  ),
  any: described({ ...anyOf, schema: { ...anyOf.schema, minItems: 1 } }, 'Several of service.'),
} as const

/** The same rule in JSON Schema. */
export const ONE_OF_SERVICE_FIELDS = [{ required: ['service'] }, { required: ['any'] }]

/** Which of the two keys were written, readable or not. */
export function writtenServices(readable: Readable<Written<typeof serviceFields>>): readonly string[] {
  return writtenOf(readable, 'service', 'any')
}

/** The patterns; empty if neither key is readable. */
export function servicesOf({ service, any }: Written<typeof serviceFields>): readonly string[] {
  return Object.freeze([service, any].flat().filter((each) => each !== undefined))
}
