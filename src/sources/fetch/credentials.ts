/**
 * Credentials for downloads: in the URI itself, or in `SIDECARS_CREDENTIALS`, a JSON map from a host, or a host and a
 * path, to `user:password` or `Bearer …`. They are sent to that host alone, and never shown.
 */

/** The name of the environment variable; it is for staging only. */
export const CREDENTIALS_VARIABLE = 'SIDECARS_CREDENTIALS'

export interface Credential {
  /** `host`, `host:port`, either with a path behind it. */
  readonly scope: string
  /** The value of an Authorization header. */
  readonly authorization: string
}

const SHAPE = `write ${CREDENTIALS_VARIABLE} as JSON: {"host/path": "user:password"} or {"host": "Bearer …"}`

/** @returns the problem, without any part of the value, when the text is not what it should be */
export function readCredentials(
  text: string | undefined,
): readonly Credential[] | { readonly problem: string } {
  if (text === undefined || text.trim() === '') return []
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return { problem: `${CREDENTIALS_VARIABLE} is not JSON; ${SHAPE}` }
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { problem: `${CREDENTIALS_VARIABLE} is not a map; ${SHAPE}` }
  }
  const credentials: Credential[] = []
  for (const [scope, value] of Object.entries(parsed)) {
    const authorization = typeof value === 'string' ? authorizationOf(value) : undefined
    if (authorization === undefined)
      return { problem: `${CREDENTIALS_VARIABLE}: the entry of ${scope} is malformed; ${SHAPE}` }
    credentials.push({
      scope: scope
        .replace(/^https?:\/\//i, '')
        .replace(/\/+$/, '')
        .toLowerCase(),
      authorization,
    })
  }
  return credentials
}

function authorizationOf(value: string): string | undefined {
  if (/[\r\n\0]/.test(value)) return undefined
  if (/^(Bearer|Basic) \S/i.test(value)) return value
  return value.includes(':') ? basic(value) : undefined
}

/** The Authorization header for a URL: its own credentials first, then those of the most specific scope. */
export function authorizationFor(url: URL, credentials: readonly Credential[]): string | undefined {
  if (url.username !== '' || url.password !== '') {
    return basic(`${decode(url.username)}:${decode(url.password)}`)
  }
  const target = [url.host, url.hostname].map((host) => `${host}${url.pathname}`.toLowerCase())
  return credentials
    .filter(({ scope }) => target.some((each) => each === scope || each.startsWith(`${scope}/`)))
    .sort((a, b) => b.scope.length - a.scope.length)[0]?.authorization
}

function basic(userAndPassword: string): string {
  return `Basic ${Buffer.from(userAndPassword).toString('base64')}`
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
