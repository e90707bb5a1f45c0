/** Keys about a sidecar's life: proxy, wait_for, restart, stop, when. */
import { closest } from 'fastest-levenshtein'
import { byKind, map, readableMap, writtenOf } from '../decode/collections.ts'
import { type Decoder, described, refine } from '../decode/decoder.ts'
import { flowScalar, insteadOfScalar } from '../decode/scalar-hints.ts'
import { boolean, filledText, oneOf, wholeNumber } from '../decode/scalars.ts'
import type { Condition, Readiness, Restart, ReverseProxy, Stop, Template } from '../sidecar.ts'
import { duration } from './durations.ts'
import { template } from './env.ts'
import { envName } from './names.ts'
import { ONE_OF_SERVICE_FIELDS, serviceFields, servicesOf, writtenServices } from './services.ts'

const port = wholeNumber(1, 65_535)

/** `true`, `false` (undefined value inside: none), or `{app_port, wait}`. */
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

/** Longer than this and the platform has given up on the app (`timeout` of an app is at most 600 s). */
const timeout = duration(100, 600_000)
const DEFAULT_TIMEOUT = 30_000
const MOST_SOCKET_PATH = 107

const httpUrl: Decoder<string> = refine(
  filledText,
  (text, report) => {
    if (!URL.canParse(text) || !/^http:\/\//i.test(text))
      return report('is no http URL', 'write such as http://localhost:8082/health')
    const { username, password, hash } = new URL(text)
    if (username || password || hash)
      return report('must not hold credentials or a fragment', 'leave them out')
    return new URL(text).href
  },
  { type: 'string', pattern: '^[Hh][Tt][Tt][Pp]://' },
)

const socketPath: Decoder<Template> = refine(
  template,
  (parts, report) => {
    if (parts.length === 0) return report('is empty', 'write such as $TMPDIR/my.sock')
    const bytes = parts.reduce(
      (sum, each) => sum + (typeof each === 'string' ? Buffer.byteLength(each) : 0),
      0,
    )
    return bytes > MOST_SOCKET_PATH
      ? report(`is longer than the ${MOST_SOCKET_PATH} bytes of a socket's path`, 'write a shorter one')
      : parts
  },
  { minLength: 1 },
)

const waitForMap: Decoder<Readiness> = refine(
  readableMap(
    {
      port: described(port, 'A TCP port of the container that is listened to.'),
      http: described(httpUrl, 'A URL that answers a GET with a 2xx.'),
      socket: described(socketPath, 'A Unix socket that is listened to.'),
      timeout: described(timeout, "Then the app's start ends. Default: 30s."),
    },
    { oneOf: ['port', 'http', 'socket'].map((key) => ({ required: [key] })) },
  ),
  (readable, report, place) => {
    const { written, broken } = readable
    const kinds = writtenOf(readable, 'port', 'http', 'socket')
    // What is missed may be what could not be read, misspelt perhaps.
    if (kinds.length > 1 || (kinds.length === 0 && broken.size === 0))
      return report(
        `names ${kinds.length === 0 ? 'nothing' : kinds.join(' and ')} to wait for`,
        'write exactly one of port, http, socket',
      )
    if (broken.size > 0) return undefined
    const common = { timeout: written.timeout ?? DEFAULT_TIMEOUT, place }
    if (written.port !== undefined)
      return Object.freeze({ kind: 'port' as const, port: written.port, ...common })
    if (written.http !== undefined)
      return Object.freeze({ kind: 'http' as const, url: written.http, ...common })
    return written.socket === undefined
      ? undefined
      : Object.freeze({ kind: 'socket' as const, socket: written.socket, ...common })
  },
)

/** `8182` → `{port: 8182}`, and likewise for a URL and a socket's path. */
export const waitFor: Decoder<Readiness> = insteadOfScalar(waitForMap, 'a map', (text) => {
  if (/^\d{1,5}$/.test(text)) return `{port: ${text}}`
  if (/^https?:\/\/[^@]*$/.test(text)) return `{http: ${JSON.stringify(text)}}`
  return text.includes('/') && !text.includes('@') ? `{socket: ${flowScalar(text)}}` : undefined
})

/** Words of Docker and systemd, and what YAML makes of yes and no. */
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
          return report('lacks policy', 'write {policy: on-failure, attempts: 5}')
        if (written.policy === 'never' && written.attempts !== undefined)
          return report('has attempts beside policy never', 'leave one of them out')
        return Object.freeze({
          policy: written.policy,
          ...(written.attempts !== undefined && { attempts: written.attempts }),
        })
      },
    ),
  },
  'never, on-failure, always or {policy: on-failure, attempts: 5}',
)

const SIGNALS = 'HUP INT QUIT USR1 USR2 TERM WINCH CONT KILL'.split(' ')
/** The platform kills what is alive 10 s after its SIGTERM. */
const GRACE = 10_000

/** The word as a regular expression: JSON Schema's know no flags. */
function inAnyCase(word: string): string {
  return word.replace(/[A-Z]/g, (letter) => `[${letter}${letter.toLowerCase()}]`)
}

const signal: Decoder<string> = refine(
  filledText,
  (text, report) => {
    const name = text.toUpperCase().replace(/^SIG/, '')
    return SIGNALS.includes(name)
      ? name
      : report(`(${text}) is not a signal that can stop a process`, `use ${closest(name, SIGNALS)}`)
  },
  { type: 'string', pattern: `^([Ss][Ii][Gg])?(${SIGNALS.map(inAnyCase).join('|')})$` },
)

const stopMap: Decoder<Stop> = refine(
  map({
    signal: described(signal, 'The signal to send. Default: TERM.'),
    delay: described(duration(0, GRACE - 500), 'How long to wait before, at most 9.5s. Default: 0s.'),
  }),
  (written) => Object.freeze({ signal: written.signal ?? 'TERM', delay: written.delay ?? 0 }),
)

/** `5s` → `{delay: 5s}`, `INT` → `{signal: INT}`. */
export const stop: Decoder<Stop> = insteadOfScalar(stopMap, 'a map', (text) => {
  const name = text.toUpperCase().replace(/^SIG/, '')
  if (SIGNALS.includes(name)) return `{signal: ${name}}`
  const delay = /^\d+$/.test(text) ? `${text}s` : /^\d+(?:\.\d+)?(?:ms|s|m|h)$/.test(text) ? text : undefined
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
      return report('must name one condition', 'write {service: NAME}, {any: [NAME, NAME]} or {env: NAME}')
    if (broken.size > 0) return undefined
    if (written.env !== undefined) return Object.freeze({ kind: 'env' as const, name: written.env })
    return Object.freeze({ kind: 'service' as const, services: servicesOf(written) })
  },
)

/** A name is that of a service. */
export const when: Decoder<Condition> = insteadOfScalar(whenMap, 'a map', (text) =>
  /^[\w.-]+$/.test(text) ? `{service: ${text}}` : undefined,
)
