/** Keys about running a sidecar: proxy, restart, stop, when. */

import { closest } from 'fastest-levenshtein'
import { GRACEFUL_SHUTDOWN } from '../../platform/limits.ts'
import { byKind, map, readableMap, writtenOf } from '../decode/collections.ts'
import { type Decoder, described, refine } from '../decode/decoder.ts'
import { insteadOfScalar } from '../decode/scalar-hints.ts'
import { boolean, filledText, oneOf, wholeNumber } from '../decode/scalars.ts'
import { durationFault } from '../duration.ts'
import type { Condition, Restart, ReverseProxy, Stop } from '../sidecar.ts'
import { duration } from './durations.ts'
import { envName, port } from './names.ts'
import { ONE_OF_SERVICE_FIELDS, serviceFields, servicesOf, writtenServices } from './services.ts'

/** `true`, `false` (`'none'`), or `{app_port, wait}`. */
export const proxy: Decoder<ReverseProxy | 'none'> = byKind<ReverseProxy | 'none'>(
  {
    scalar: refine(boolean, (on) => (on ? Object.freeze({ wait: true }) : ('none' as const))),
    map: refine(
      map({
        app_port: described(port, 'Where what is behind it listens. Default: a free port.'),
        wait: described(boolean, 'Whether it is started only when what is behind it listens. Default: true.'),
      }),
      ({ app_port, wait }) =>
        Object.freeze({ ...(app_port !== undefined && { appPort: app_port }), wait: wait ?? true }),
    ),
  },
  'true, false or {app_port: 9000, wait: false}',
)

/** Words of Docker and systemd, and YAML's booleans. */
const POLICIES = {
  true: 'always',
  yes: 'always',
  on: 'always',
  'unless-stopped': 'always',
  'on-success': 'always',
  'on-abnormal': 'on-failure',
  false: 'never',
  no: 'never',
  off: 'never',
} as const
const policy = oneOf(['never', 'on-failure', 'always'], POLICIES)

export const restart: Decoder<Restart> = byKind<Restart>(
  {
    scalar: refine(policy, (word) => Object.freeze({ policy: word })),
    map: refine(
      map(
        {
          policy: described(policy, 'never, on-failure or always.'),
          attempts: described(
            wholeNumber(1, 1_000_000),
            'After so many restarts Cloud Foundry takes over. Default: no end.',
          ),
        },
        {
          required: ['policy'],
          not: { required: ['attempts'], properties: { policy: { const: 'never' } } },
        },
      ),
      (written, report) => {
        if (written.policy === undefined)
          return report('has no policy', 'write {policy: on-failure, attempts: 5}')
        if (written.policy === 'never' && written.attempts !== undefined)
          return report('has attempts with policy never', 'remove one of them')
        return Object.freeze({ ...written, policy: written.policy })
      },
    ),
  },
  'never, on-failure, always or {policy: on-failure, attempts: 5}',
)

const SIGNALS = 'HUP INT QUIT USR1 USR2 TERM WINCH CONT KILL'.split(' ')
const MOST_DELAY = GRACEFUL_SHUTDOWN - 500

/** The word as a case-insensitive regular expression: JSON Schema does not support flags. */
function inAnyCase(word: string): string {
  return word.replace(/[A-Z]/g, (letter) => `[${letter}${letter.toLowerCase()}]`)
}

/** `sigint` → `INT`. */
function signalName(text: string): string {
  return text.toUpperCase().replace(/^SIG/, '')
}

const signal: Decoder<string> = refine(
  filledText,
  (text, report) => {
    const name = signalName(text)
    return SIGNALS.includes(name)
      ? name
      : report(`"${text}" is not a signal that can stop a process`, `use ${closest(name, SIGNALS)}`)
  },
  { type: 'string', pattern: `^([Ss][Ii][Gg])?(${SIGNALS.map(inAnyCase).join('|')})$` },
)

const stopMap: Decoder<Stop> = refine(
  map({
    signal: described(signal, 'The signal to send. Default: TERM.'),
    delay: described(duration(0, MOST_DELAY), 'How long to wait before, at most 9.5s. Default: 0s.'),
  }),
  (written) => Object.freeze({ signal: written.signal ?? 'TERM', delay: written.delay ?? 0 }),
)

/** `5s` → `{delay: 5s}`, `INT` → `{signal: INT}`. */
export const stop: Decoder<Stop> = insteadOfScalar(stopMap, 'a map', (text) => {
  const name = signalName(text)
  if (SIGNALS.includes(name)) return `{signal: ${name}}`
  const delay = [text, `${text}s`].find((each) => durationFault(each, 0, MOST_DELAY) === undefined)
  return delay && `{delay: ${delay}}`
})

const whenMap: Decoder<Condition> = refine(
  readableMap(
    {
      ...serviceFields,
      env: described(envName, 'This environment variable of the app is set.'),
    },
    { oneOf: [...ONE_OF_SERVICE_FIELDS, { required: ['env'] }] },
  ),
  (readable, report) => {
    const { written, broken } = readable
    const conditions = [...writtenServices(readable), ...writtenOf(readable, 'env')].length
    if (conditions > 1 || (conditions === 0 && broken.size === 0))
      return report(
        'must have exactly one condition',
        'write {service: NAME}, {any: [NAME, NAME]} or {env: NAME}',
      )
    if (broken.size > 0) return undefined
    if (written.env !== undefined) return Object.freeze({ kind: 'env' as const, name: written.env })
    return Object.freeze({ kind: 'service' as const, services: servicesOf(written) })
  },
)

/** A name is that of a service. */
export const when: Decoder<Condition> = insteadOfScalar(whenMap, 'a map', (text) =>
  /^[\w.-]+$/.test(text) ? `{service: ${text}}` : undefined,
)
