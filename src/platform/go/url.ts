/**
 * A URL as Go's `net/url` parses and prints it, as for `DATABASE_URL`. The URL rules of browsers give other results: they
 * lose opaque parts, change hosts to lower case, and drop default ports. RFC 3986, and the documentation of that package.
 */

/** Bytes that are not escaped in each part, besides letters, digits and `-._~`. */
const BARE = {
  path: `$&+,/:;=@`,
  userinfo: `$&+,;=`,
  host: `!"$&'()*+,:;<=>[]`,
  fragment: `!$&()*+,/:;=?@`,
} as const
type Part = keyof typeof BARE

/** Valid characters of an escaped path or fragment, which is then printed unchanged. */
const VALID_ESCAPED = `!$&'()*+,;=:@[]%`

interface GoUrl {
  readonly scheme: string
  /** The same URL with another scheme. */
  readonly print: (scheme: string) => string
}

/** @returns undefined if `net/url` refuses it */
export function parseGoUrl(raw: string): GoUrl | undefined {
  const hash = raw.indexOf('#')
  const beforeHash = hash < 0 ? raw : raw.slice(0, hash)
  if (/[\0-\x1f\x7f]/.test(beforeHash)) return undefined
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(beforeHash)?.[1]
  if (scheme === undefined) return undefined
  const fragment = hash < 0 ? '' : printAgain(raw.slice(hash + 1), 'fragment')
  const hierarchy = parseAfterScheme(beforeHash.slice(scheme.length + 1))
  if (fragment === undefined || hierarchy === undefined) return undefined
  const tail = hierarchy + (fragment && `#${fragment}`)
  return { scheme: scheme.toLowerCase(), print: (name) => `${name}:${tail}` }
}

function parseAfterScheme(text: string): string | undefined {
  const mark = text.indexOf('?')
  const [rest, query] = mark < 0 ? [text, ''] : [text.slice(0, mark), text.slice(mark)]
  if (!rest.startsWith('/')) return rest + query
  if (!rest.startsWith('//')) return withPath('', rest, query)
  const slash = rest.indexOf('/', 2)
  const end = slash < 0 ? rest.length : slash
  const authority = printAuthority(rest.slice(2, end))
  if (authority === undefined) return undefined
  const path = rest.slice(end)
  return withPath(authority || path ? `//${authority}` : '', path, query)
}

function withPath(before: string, path: string, query: string): string | undefined {
  const printed = printAgain(path, 'path')
  return printed === undefined ? undefined : before + printed + query
}

function printAuthority(authority: string): string | undefined {
  const at = authority.lastIndexOf('@')
  const host = printHost(authority.slice(at + 1))
  if (host === undefined || at < 0) return host
  const userinfo = authority.slice(0, at)
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(userinfo)) return undefined
  const colon = userinfo.indexOf(':')
  const names = colon < 0 ? [userinfo] : [userinfo.slice(0, colon), userinfo.slice(colon + 1)]
  const printed = names.map((each) => {
    const bytes = unescapePart(each, 'userinfo')
    return bytes && escapePart(bytes, 'userinfo')
  })
  return printed.includes(undefined) ? undefined : `${printed.join(':')}@${host}`
}

function printHost(host: string): string | undefined {
  const bracket = host.lastIndexOf('[')
  if (bracket > 0) return undefined
  if (bracket === 0) return printLiteral(host)
  const colon = host.lastIndexOf(':')
  if (colon >= 0 && !/^:[0-9]*$/.test(host.slice(colon))) return undefined
  const bytes = unescapePart(host, 'host')
  return bytes && escapePart(bytes, 'host')
}

/** `[::1]:5432`, also with a zone (`[fe80::1%25en0]`). */
function printLiteral(host: string): string | undefined {
  const match = /^\[(.*)\](:[0-9]*)?$/s.exec(host)
  const [address = '', zone] = (match?.[1] ?? '').split(/%25(.*)/s)
  if (!match || !isIpv6(address) || zone === '') return undefined
  if (zone === undefined) return host
  const bytes = unescapePart(zone, 'userinfo')
  return bytes && `[${address}%25${escapePart(bytes, 'host')}]${match[2] ?? ''}`
}

function isIpv6(address: string): boolean {
  return /^[0-9A-Fa-f:.]+$/.test(address) && address.includes(':') && URL.canParse(`http://[${address}]/`)
}

/** Unescapes and escapes again; keeps the original if it is validly escaped in another way. */
function printAgain(text: string, part: 'path' | 'fragment'): string | undefined {
  const bytes = unescapePart(text, part)
  if (!bytes) return undefined
  const isValid = [...Buffer.from(text)].every(
    (byte) => VALID_ESCAPED.includes(String.fromCharCode(byte)) || isBare(byte, part),
  )
  return isValid ? text : escapePart(bytes, part)
}

function unescapePart(text: string, part: Part): Buffer | undefined {
  const source = Buffer.from(text)
  const bytes: number[] = []
  for (let i = 0; i < source.length; i++) {
    const byte = source[i] ?? 0
    if (byte === 0x25) {
      const hex = source.toString('latin1', i + 1, i + 3)
      if (!/^[0-9A-Fa-f]{2}$/.test(hex)) return undefined
      // In a host, only bytes beyond ASCII and the percent sign may be escaped.
      if (part === 'host' && Number.parseInt(hex, 16) < 0x80 && hex !== '25') return undefined
      bytes.push(Number.parseInt(hex, 16))
      i += 2
    } else {
      if (part === 'host' && byte < 0x80 && !isBare(byte, part)) return undefined
      bytes.push(byte)
    }
  }
  return Buffer.from(bytes)
}

function escapePart(bytes: Buffer, part: Part): string {
  return [...bytes]
    .map((byte) =>
      isBare(byte, part) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('')
}

function isBare(byte: number, part: Part): boolean {
  const character = String.fromCharCode(byte)
  return byte < 0x80 && (/[A-Za-z0-9\-._~]/.test(character) || BARE[part].includes(character))
}
