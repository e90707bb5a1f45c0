/** Checks of a sidecar: wait_for, health. */
import { MOST_BYTES_OF_SOCKET_PATH } from '../../platform/limits.ts'
import { readableMap, writtenOf } from '../decode/collections.ts'
import { type Decoder, described, refine } from '../decode/decoder.ts'
import { flowScalar, insteadOfScalar } from '../decode/scalar-hints.ts'
import { filledText, wholeNumber } from '../decode/scalars.ts'
import type { Health, Readiness, Template } from '../sidecar.ts'
import { duration } from './durations.ts'
import { knownBytes, template } from './env.ts'
import { command, port } from './names.ts'

/** With a longer time, the platform has given up the app already (its `timeout` is at most 600 s). */
const timeout = duration(100, 600_000)
const DEFAULT_TIMEOUT = 30_000

const httpUrl: Decoder<string> = refine(
  filledText,
  (text, report) => {
    if (!URL.canParse(text) || !/^http:\/\//i.test(text))
      return report('is not an http URL', 'write for example http://localhost:8082/health')
    const { username, password, hash } = new URL(text)
    if (username || password || hash)
      return report('must not contain credentials or a fragment', 'remove them')
    return new URL(text).href
  },
  { type: 'string', pattern: '^[Hh][Tt][Tt][Pp]://' },
)

const socketPath: Decoder<Template> = refine(
  template,
  (parts, report) => {
    if (parts.length === 0) return report('is empty', 'write for example $TMPDIR/my.sock')
    return knownBytes(parts) > MOST_BYTES_OF_SOCKET_PATH
      ? report(
          `is longer than ${MOST_BYTES_OF_SOCKET_PATH} bytes, the limit for a socket path`,
          'write a shorter path',
        )
      : parts
  },
  { minLength: 1 },
)

const CHECKS = ['port', 'http', 'socket', 'command'] as const

const waitForMap: Decoder<Readiness> = refine(
  readableMap(
    {
      port: described(port, 'A TCP port of the container that is listened to.'),
      http: described(httpUrl, 'A URL that answers a GET with a 2xx.'),
      socket: described(socketPath, 'A Unix socket that is listened to.'),
      timeout: described(timeout, "The app's start fails after this time. Default: 30s."),
    },
    { oneOf: ['port', 'http', 'socket'].map((key) => ({ required: [key] })) },
  ),
  (readable, report, place) => {
    const { written, broken } = readable
    const kinds = writtenOf(readable, 'port', 'http', 'socket')
    // The missing key may be an unreadable one, perhaps misspelled.
    if (kinds.length > 1 || (kinds.length === 0 && broken.size === 0))
      return report(
        kinds.length === 0 ? 'has nothing to wait for' : `has both ${kinds.join(' and ')}`,
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
function asCheck(text: string): string | undefined {
  if (/^\d{1,5}$/.test(text)) return `{port: ${text}}`
  // It may be a password.
  if (text.includes('@')) return undefined
  if (text.includes('://')) return /^http:/i.test(text) ? `{http: ${JSON.stringify(text)}}` : undefined
  return text.includes('/') ? `{socket: ${flowScalar(text)}}` : undefined
}

export const waitFor: Decoder<Readiness> = insteadOfScalar(waitForMap, 'a map', asCheck)

const HEALTH_DEFAULTS = { interval: 30_000, timeout: 1000, failures: 3, grace: 60_000 }

const healthMap: Decoder<Health> = refine(
  readableMap(
    {
      port: described(port, 'A TCP port of the container that is listened to.'),
      http: described(httpUrl, 'A URL that answers a GET with a 2xx.'),
      socket: described(socketPath, 'A Unix socket that is listened to.'),
      command: described(command, "A shell command in the sidecar's environment that exits with status 0."),
      interval: described(duration(1000, 3_600_000), 'Time between checks. Default: 30s.'),
      timeout: described(duration(100, 60_000), 'Timeout of one check. Default: 1s.'),
      failures: described(
        wholeNumber(1, 1000),
        'Number of consecutive failures that make the sidecar unhealthy. Default: 3.',
      ),
      grace: described(
        duration(0, 3_600_000),
        'Failures do not count for this time after the start, or until the first success. Default: 60s.',
      ),
    },
    { oneOf: CHECKS.map((key) => ({ required: [key] })) },
  ),
  (readable, report, place) => {
    const { written, broken } = readable
    const kinds = writtenOf(readable, ...CHECKS)
    if (kinds.length > 1 || (kinds.length === 0 && broken.size === 0))
      return report(
        kinds.length === 0 ? 'has nothing to check' : `has both ${kinds.join(' and ')}`,
        `write exactly one of ${CHECKS.join(', ')}`,
      )
    if (broken.size > 0) return undefined
    const { port, http, socket, command, ...times } = written
    const common = { ...HEALTH_DEFAULTS, ...times, place }
    if (port !== undefined) return Object.freeze({ kind: 'port' as const, port, ...common })
    if (http !== undefined) return Object.freeze({ kind: 'http' as const, url: http, ...common })
    if (socket !== undefined) return Object.freeze({ kind: 'socket' as const, socket, ...common })
    return command === undefined ? undefined : Object.freeze({ kind: 'command' as const, command, ...common })
  },
)

export const health: Decoder<Health> = insteadOfScalar(healthMap, 'a map', asCheck)
