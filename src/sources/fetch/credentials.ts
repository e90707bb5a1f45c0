/**
 * Credentials for downloads: in the URI itself, or in `SIDECARS_CREDENTIALS`, a JSON map from a scope to
 * `user:password` or `Bearer …`. A scope is a host, with a port, a path and a scheme where they matter. Credentials are
 * sent to their scope only, and are never shown.
 */

import { percentDecoded } from '../../config/uri.ts'

/** The name of the environment variable; it is for staging only. */
export const CREDENTIALS_VARIABLE = 'SIDECARS_CREDENTIALS'

export interface Credential {
  /** `https://host`, `http://host:8080`: scheme, host and, unless it is the scheme's default, port. */
  readonly origin: string
  /** Without a trailing slash; empty: every path of the origin. Case-sensitive. */
  readonly path: string
  /** The value of an Authorization header. */
  readonly authorization: string
}

const SHAPE = `write ${CREDENTIALS_VARIABLE} as JSON: {"host/path": "user:password"} or {"host": "Bearer …"}`
/** The characters that RFC 9110 allows in the value of a header; HTTP clients refuse others. */
const HEADER_VALUE = /^[\x20-\x7e]*$/

/**
 * @returns the problem, without any part of the value, when the value cannot be used. It names entries by number,
 * because a scope may contain a password too: in a URL, or if key and value were swapped.
 */
export function readCredentials(
  text: string | undefined,
): readonly Credential[] | { readonly problem: string } {
  if (text === undefined || text.trim() === '') return []
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return { problem: `${CREDENTIALS_VARIABLE} is not valid JSON; ${SHAPE}` }
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { problem: `${CREDENTIALS_VARIABLE} is not a JSON object; ${SHAPE}` }
  }
  const credentials: Credential[] = []
  for (const [index, [scope, value]] of Object.entries(parsed).entries()) {
    const problem = (what: string) => ({
      problem: `${CREDENTIALS_VARIABLE}: entry number ${index + 1} ${what}; ${SHAPE}`,
    })
    const target = scopeOf(scope)
    if (target === undefined)
      return problem('has a name that is not a host, with or without a port and a path')
    const authorization = typeof value === 'string' ? authorizationOf(value) : undefined
    if (authorization === undefined) return problem('has a value that is neither user:password nor a token')
    if (!HEADER_VALUE.test(authorization))
      return problem('contains a character that HTTP headers do not support')
    credentials.push({ ...target, authorization })
  }
  return credentials
}

function scopeOf(text: string): Omit<Credential, 'authorization'> | undefined {
  const written = /^https?:\/\//i.test(text) ? text : `https://${text}`
  if (/[\s@?#\\]/.test(text) || !URL.canParse(written)) return undefined
  const { origin, pathname } = new URL(written)
  return { origin, path: pathname.replace(/\/+$/, '') }
}

function authorizationOf(value: string): string | undefined {
  if (/^(Bearer|Basic) \S/i.test(value)) return value
  return value.includes(':') && !value.includes('\0') ? basic(value) : undefined
}

/**
 * The Authorization header for a URL: from its own credentials, else from the most specific scope.
 * @param isRedirected whether a redirect leads here. Nothing is then sent over plain HTTP, because a third party
 * in the network may have written the redirect
 */
export function authorizationFor(
  url: URL,
  credentials: readonly Credential[],
  isRedirected = false,
): string | undefined {
  if (isRedirected && url.protocol === 'http:') return undefined
  if (url.username !== '' || url.password !== '') {
    return basic(`${percentDecoded(url.username)}:${percentDecoded(url.password)}`)
  }
  return credentials
    .filter(
      ({ origin, path }) =>
        origin === url.origin && (url.pathname === path || url.pathname.startsWith(`${path}/`)),
    )
    .sort((a, b) => b.path.length - a.path.length)[0]?.authorization
}

function basic(userAndPassword: string): string {
  return `Basic ${Buffer.from(userAndPassword).toString('base64')}`
}
