/** URLs as Go's `net/http` requests them. */
import { parseGoUrl } from '../../platform/go/url.ts'

export interface RequestUrl {
  readonly isSecure: boolean
  readonly hostname: string
  readonly port: number
  /** For the header `Host`. */
  readonly host: string
  /** Path and query. */
  readonly path: string
}

/** @returns undefined for what `net/http` does not request */
export function absoluteUrl(text: string): RequestUrl | undefined {
  const parsed = parseGoUrl(text)
  if (!parsed || (parsed.scheme !== 'http' && parsed.scheme !== 'https')) return undefined
  const isSecure = parsed.scheme === 'https'
  const [, authority = '', path = '', query = ''] =
    /^\w+:\/\/([^/?#]*)([^?#]*)(\?[^#]*)?/.exec(parsed.print(parsed.scheme)) ?? []
  const host = authority.replace(/^.*@/, '')
  const [, hostname, digits] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(host) ?? []
  const port = digits ? Number(digits) : isSecure ? 443 : 80
  if (!hostname || port > 65_535) return undefined
  return { isSecure, hostname: hostname.replace(/^\[|\]$/g, ''), port, host, path: (path || '/') + query }
}

/** A redirect's `Location`, seen from the URL that answered it. */
export function resolveReference(base: RequestUrl, reference: string): RequestUrl | undefined {
  if (/^[A-Za-z][\w+.-]*:/.test(reference)) return absoluteUrl(reference)
  const from = `${base.isSecure ? 'https' : 'http'}://${base.host}${base.path}`
  // Go refuses what looks like a scheme and is not one.
  if (/^[^/?#]*:/.test(reference) || !URL.canParse(reference, from)) return undefined
  return absoluteUrl(new URL(reference, from).href)
}
