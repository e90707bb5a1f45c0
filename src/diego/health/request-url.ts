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

/** A redirect's `Location`, seen from the URL that answered it: RFC 3986, 5.2. */
export function resolveReference(base: RequestUrl, reference: string): RequestUrl | undefined {
  if (/^[A-Za-z][\w+.-]*:/.test(reference)) return absoluteUrl(reference)
  const scheme = base.isSecure ? 'https:' : 'http:'
  if (/^\/\/(?!\/)/.test(reference)) return absoluteUrl(scheme + reference)
  const [, path = '', tail = ''] = /^([^?#]*)(.*)$/s.exec(reference) ?? []
  // Go refuses what looks like a scheme and is not one.
  if (/^[^/]*:/.test(path)) return undefined
  const [, basePath = '/', baseQuery = ''] = /^([^?]*)(.*)$/s.exec(base.path) ?? []
  const merged = path.startsWith('/') ? path : path === '' ? basePath : basePath.replace(/[^/]*$/, path)
  const query = path === '' && !tail.startsWith('?') ? baseQuery + tail : tail
  return absoluteUrl(`${scheme}//${base.host}${withoutDots(merged)}${query}`)
}

function withoutDots(path: string): string {
  const kept: string[] = []
  const segments = path.split('/').slice(1)
  segments.forEach((segment, at) => {
    if (segment === '..') kept.pop()
    else if (segment !== '.') kept.push(segment)
    if (/^\.\.?$/.test(segment) && at === segments.length - 1) kept.push('')
  })
  return `/${kept.join('/')}`
}
