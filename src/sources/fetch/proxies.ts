/**
 * Which proxy a download goes through: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` in both spellings, as
 * curl and Go read them. (`HTTP_PROXY` counts too: staging is not a CGI script.)
 */
import { BlockList, isIP } from 'node:net'
import type { Environment } from '../../system/environment.ts'

export interface HttpProxy {
  /** The variable that sets it. */
  readonly variable: string
  readonly url: URL
}

/** @returns undefined for a direct connection. @throws Error when the variable's value is not a proxy */
export function proxyFor(url: URL, env: Environment): HttpProxy | undefined {
  const scheme = url.protocol.replace(':', '')
  const variable = [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`, 'all_proxy', 'ALL_PROXY'].find(
    (each) => env[each],
  )
  const value = variable && env[variable]?.trim()
  if (!variable || !value || isExempt(url, env.no_proxy || env.NO_PROXY || '')) return undefined
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new Error(`${variable} is not the URL of an HTTP proxy; write it as http://host:port`)
  }
  return { variable, url: new URL(text) }
}

function isExempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return noProxy
    .split(/[\s,]+/)
    .filter((each) => each !== '')
    .some((each) => matches(each.toLowerCase(), host, port))
}

/** `*`, `host`, `.domain`, `*.domain`, `host:port`, an address, or a CIDR range; a host includes its subdomains. */
function matches(pattern: string, host: string, port: string): boolean {
  if (pattern === '*') return true
  if (pattern.includes('/')) return isInRange(pattern, host)
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(pattern)
  const plain = isIP(pattern) ? null : /^(.*?):(\d+)$/.exec(pattern)
  const [name, wantedPort] = bracketed
    ? [bracketed[1] ?? '', bracketed[2]]
    : [plain?.[1] ?? pattern, plain?.[2]]
  if (wantedPort !== undefined && wantedPort !== port) return false
  const domain = name.replace(/^\*?\./, '')
  if (host === domain) return true
  return isIP(host) === 0 && host.endsWith(`.${domain}`)
}

function isInRange(range: string, host: string): boolean {
  const [net = '', bits = ''] = range.split('/')
  const family = isIP(net)
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits)) return false
  if (Number(bits) > (family === 4 ? 32 : 128)) return false
  const type = family === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(net, Number(bits), type)
  return list.check(host, type)
}
