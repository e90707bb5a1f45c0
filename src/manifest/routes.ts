/**
 * `routes`, `no-route`, `random-route`, `default-route` of an app manifest.
 * Source: Cloud Controller's manifest_routes_update_message.rb and manifest_route.rb; the heuristics of addressable.
 */

import { rubyStrip } from '../platform/trim.ts'
import type { Attributes } from './attributes.ts'
import { entry, isBlank, isBlankText, type MapValue, toRubyString } from './values.ts'

const FLAGS = ['no_route', 'random_route', 'default_route'] as const
const PROTOCOLS = ['http1', 'http2', 'tcp']
const BALANCING = ['round-robin', 'least-connection']

export function checkRoutes(app: Attributes): void {
  for (const name of FLAGS) {
    const value = app.get(name)
    if (value && value.kind !== 'null' && value.kind !== 'boolean') app.expected(name, 'true or false')
  }
  const isTrue = (name: string) => {
    const value = app.get(name)
    return value !== undefined && !isBlank(value)
  }
  if (isTrue('random_route') && isTrue('default_route')) {
    if (app.keyOf('random_route') === 'random-route')
      app.error('random_route', 'cannot be used together with default-route', 'remove one of them')
    else
      app.error(
        'random_route',
        'cf push adds default-route: true to this spelling of the key',
        'use random-route',
      )
  }
  const routes = app.get('routes')
  if (!routes) return
  if (routes.kind !== 'list') {
    app.expected('routes', 'a list', 'remove the key, or write - route: my-app.example.com below it')
    return
  }
  const maps = routes.items.map((item) => (item.kind === 'map' ? item : undefined))
  // At the first route with a map of options, Cloud Controller stops checking which ones there are.
  const last = maps.findIndex((map) => map && entry(map, 'options')?.kind === 'map')
  for (const [at, { place }] of routes.items.entries())
    checkRoute(maps[at], place, app, last < 0 || at <= last)
}

function checkRoute(
  map: MapValue | undefined,
  place: MapValue['place'],
  app: Attributes,
  areOptionsChecked: boolean,
): void {
  const route = map && entry(map, 'route')
  if (!map || !route || isBlank(route)) {
    app.problems.error(place, 'routes: expected maps with route', 'use - route: my-app.example.com')
    return
  }
  const text = toRubyString(route)
  if (route.kind !== 'string' || !isRoute(text))
    app.problems.error(
      route.place,
      `routes: "${text}" is not a valid route`,
      'use for example my-app.example.com',
    )
  const protocol = entry(map, 'protocol')
  if (protocol && protocol.kind !== 'null' && !PROTOCOLS.includes(toRubyString(protocol)))
    app.problems.error(protocol.place, `routes: expected protocol ${PROTOCOLS.join(', ')}`)
  checkOptions(map, app, areOptionsChecked)
}

/** `hash` and its options require a feature flag of the foundation, which is off by default. */
function checkOptions(map: MapValue, { problems }: Attributes, areChecked: boolean): void {
  const options = entry(map, 'options')
  if (!options) return
  if (options.kind !== 'map') {
    const isAbsent = options.kind === 'null' || (options.kind === 'boolean' && !options.value)
    if (areChecked || !isAbsent) problems.error(options.place, 'routes: options: expected a map')
    return
  }
  for (const { key, value } of options.entries) {
    const name = toRubyString(key)
    if (name !== 'loadbalancing' && areChecked)
      problems.error(key.place, `routes: unknown option ${name}`, 'use loadbalancing')
    else if (name !== 'loadbalancing')
      problems.warning(key.place, `routes: option ${name} has no effect`, 'use loadbalancing')
    else if (value.kind !== 'string' || !BALANCING.includes(value.value))
      problems.error(value.place, `routes: loadbalancing: use ${BALANCING.join(' or ')}`)
  }
}

/** A host with a dot, optionally with the scheme http or https; with a port only tcp or no scheme. */
function isRoute(text: string): boolean {
  const parsed = parseHeuristically(rubyStrip(text))
  if (!parsed || isBlankText(parsed.host) || !isHost(parsed.host)) return false
  const schemes = parsed.port === undefined ? ['http', 'https', 'unspecified'] : ['tcp', 'unspecified']
  return parsed.scheme !== undefined && schemes.includes(parsed.scheme)
}

interface ParsedRoute {
  readonly scheme?: string | undefined
  readonly host: string
  readonly port?: string | undefined
}

/** Addressable's `heuristic_parse` with the scheme `unspecified`, as far as routes need it. */
function parseHeuristically(text: string): ParsedRoute | undefined {
  const normalized = text
    .replace(/^(https?):\/+/i, (_, scheme: string) => `${scheme.toLowerCase()}://`)
    .replace(/^(?=\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|\d+\..*:\d+$)/, 'unspecified://')
    .replace(/(?<=^(?:[^:/?#]+:)?\/\/)[^/?#]+/, (host) => host.replaceAll('\\', '/').replaceAll(' ', '%20'))
  let parsed = parseUri(normalized)
  // `example.com:8080` looks like a scheme with a dot.
  if (parsed?.scheme && /[^.]\../.test(parsed.scheme)) parsed = parseUri(`unspecified://${normalized}`)
  if (!parsed) return undefined
  if (!parsed.path.includes('.') || /\b@\b/.test(parsed.path)) return parsed
  const host = /^[^/]+\.[^/]*/.exec(parsed.path)?.[0]
  return host === undefined ? parsed : { ...parsed, host, scheme: parsed.scheme ?? 'unspecified' }
}

/** The regular expression of RFC 3986, and its rules for schemes and ports. */
function parseUri(text: string): (ParsedRoute & { readonly path: string }) | undefined {
  const [, , scheme, , authority, path = ''] =
    /^(([^:/?#]+):)?(\/\/([^/?#]*))?([^?#]*)(\?([^#]*))?(#(.*))?$/.exec(text) ?? []
  if (scheme !== undefined && !/^[a-z][a-z0-9.+-]*$/i.test(scheme)) return undefined
  if (scheme === undefined && path.startsWith(':')) return undefined
  const withoutUser = authority?.replace(/^([^[\]]*)@/, '') ?? ''
  const host = withoutUser.replace(/:([^:@[\]]*?)$/, '')
  const port = /:([^:@[\]]*?)$/.exec(withoutUser)?.[1]
  if (port && !/^\d+$/.test(port)) return undefined
  return isHost(host) ? { scheme, host, port: Number(port) ? port : undefined, path } : undefined
}

/** Source: addressable, lib/addressable/uri.rb, `validate`. */
function isHost(host: string): boolean {
  const inBrackets = /^\[(.*)\]$/.exec(host)?.[1]
  return !/[<>{}/\\?#@"\p{White_Space}]/u.test(host) && /^[\w.~!$&'()*+,;=:-]*$/.test(inBrackets ?? '')
}
