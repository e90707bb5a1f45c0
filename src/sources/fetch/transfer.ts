/** One attempt at a transfer: follows redirects, and hashes the bytes while writing them. */
import { createHash } from 'node:crypto'
import { ftruncateSync, writeSync } from 'node:fs'
import { Agent, type Dispatcher, ProxyAgent, request } from 'undici'
import type { Environment } from '../../system/environment.ts'
import { trustedCertificates } from './certificates.ts'
import { authorizationFor, type Credential } from './credentials.ts'
import { type HttpProxy, proxyFor } from './proxies.ts'
import { faultOf, faultOfStatus, TransferFault } from './transfer-fault.ts'

interface TransferOptions {
  readonly env: Environment
  readonly credentials: readonly Credential[]
  readonly clock: () => Date
  /** Milliseconds without a byte after which a transfer counts as stalled. */
  readonly stallAfter: number
  /** Called for each piece; `total` is undefined when the server does not send a length. */
  readonly onProgress: (received: number, total: number | undefined) => void
}

export interface Transferred {
  readonly sha256: string
  readonly bytes: number
  /** The first bytes, to recognise an HTML page. */
  readonly head: Buffer
  /** Whether the server compressed it, although the request does not allow that. The bytes are those that it sent. */
  readonly isEncoded: boolean
}

const MAX_REDIRECTS = 10
const HEAD = 512
/** No droplet can hold more: Cloud Foundry's disk quotas are smaller. Stops an endless response. */
const MOST_BYTES = 4 * 1024 ** 3

/** Fills the file from its beginning. @throws TransferFault */
export async function transfer(uri: string, fd: number, options: TransferOptions): Promise<Transferred> {
  const clients = new Clients(options)
  try {
    const response = await follow(new URL(uri), clients, options)
    return await receive(response, fd, options)
  } catch (thrown) {
    throw faultOf(thrown, options.stallAfter / 1000, options.env, clients.proxy)
  } finally {
    clients.destroy()
  }
}

async function follow(
  first: URL,
  clients: Clients,
  options: TransferOptions,
): Promise<Dispatcher.ResponseData> {
  let url = first
  const seen = new Set<string>()
  for (;;) {
    if (seen.has(url.href)) throw new TransferFault('the server redirects in a loop', false)
    if (seen.size > MAX_REDIRECTS)
      throw new TransferFault(`the server redirects more than ${MAX_REDIRECTS} times`, false)
    seen.add(url.href)
    const response = await ask(url, clients, options, url !== first)
    const location = one(response.headers.location)
    if (response.statusCode < 300 || response.statusCode > 399 || location === undefined) {
      if (response.statusCode === 200) return response
      throw faultOfStatus(response.statusCode, one(response.headers['retry-after']), options.clock())
    }
    response.body.on('error', () => {}).destroy()
    url = redirected(url, decoded(location))
  }
}

/** Some servers send UTF-8 as it is, where the HTTP client reads Latin-1. */
function decoded(location: string): string {
  const text = Buffer.from(location, 'latin1').toString()
  return text.includes('\ufffd') ? location : text
}

function ask(
  url: URL,
  clients: Clients,
  options: TransferOptions,
  isRedirected: boolean,
): Promise<Dispatcher.ResponseData> {
  const authorization = authorizationFor(url, options.credentials, isRedirected)
  return request(withoutCredentials(url), {
    dispatcher: clients.for(url),
    headers: {
      'user-agent': 'sidecar-buildpack',
      accept: '*/*',
      'accept-encoding': 'identity',
      ...(authorization && { authorization }),
    },
  })
}

/** Refuses redirects from https to http, and sends the credentials of the first URI only to its host. */
function redirected(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href))
    throw new TransferFault('the server redirects to an invalid URL', false)
  const to = new URL(location, from.href)
  if (!/^https?:$/.test(to.protocol)) throw new TransferFault(`the server redirects to ${to.protocol}`, false)
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    throw new TransferFault('the server redirects from https to http, which is refused', false)
  }
  if (to.username === '' && to.password === '' && isSameHost(from, to)) {
    to.username = from.username
    to.password = from.password
  }
  return to
}

function isSameHost(from: URL, to: URL): boolean {
  if (from.host === to.host) return from.protocol === to.protocol || (from.port === '' && to.port === '')
  return false
}

function withoutCredentials(url: URL): URL {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  return bare
}

async function receive(
  { headers, body }: Dispatcher.ResponseData,
  fd: number,
  { onProgress }: TransferOptions,
): Promise<Transferred> {
  const length = one(headers['content-length'])
  const total = length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined
  if (total !== undefined && total > MOST_BYTES) throw tooLarge(`the server announces ${length} bytes`)
  const hash = createHash('sha256')
  let bytes = 0
  let head = Buffer.alloc(0)
  ftruncateSync(fd, 0)
  for await (const piece of body) {
    const chunk = piece as Buffer
    if (bytes + chunk.length > MOST_BYTES) throw tooLarge('the server sends more')
    hash.update(chunk)
    writeAll(fd, chunk, bytes)
    if (head.length < HEAD) head = Buffer.concat([head, chunk.subarray(0, HEAD - head.length)])
    bytes += chunk.length
    onProgress(bytes, total)
  }
  if (total !== undefined && bytes !== total) {
    throw new TransferFault(`the transfer ended after ${bytes} of ${total} bytes`, true)
  }
  const isEncoded = !/^(?:identity)?$/i.test(one(headers['content-encoding']) ?? '')
  return { sha256: hash.digest('hex'), bytes, head, isEncoded }
}

function tooLarge(what: string): TransferFault {
  return new TransferFault(`${what}; at most ${MOST_BYTES} (4 GiB) are downloaded`, false)
}

function writeAll(fd: number, chunk: Buffer, position: number): void {
  for (let done = 0; done < chunk.length; )
    done += writeSync(fd, chunk, done, chunk.length - done, position + done)
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

/** The HTTP clients of one transfer: direct, or through the proxy that the environment sets for a URL. */
class Clients {
  readonly #options: TransferOptions
  readonly #made = new Map<string, Dispatcher>()
  #certificates: string[] | undefined
  /** The proxy of the last URL. */
  proxy: HttpProxy | undefined

  constructor(options: TransferOptions) {
    this.#options = options
  }

  for(url: URL): Dispatcher {
    const proxy = proxyFor(url, this.#options.env)
    this.proxy = proxy
    const key = `${url.protocol} ${proxy?.url.href ?? ''}`
    const made = this.#made.get(key) ?? this.#make(url, proxy?.url)
    this.#made.set(key, made)
    return made
  }

  destroy(): void {
    for (const each of this.#made.values()) each.destroy().catch(() => {})
  }

  #make(url: URL, proxy: URL | undefined): Dispatcher {
    const { stallAfter } = this.#options
    const timeouts = { headersTimeout: stallAfter, bodyTimeout: stallAfter }
    const tls = url.protocol === 'https:' || proxy?.protocol === 'https:' ? { ca: this.#ca() } : {}
    const connect = { timeout: stallAfter, ...tls }
    if (!proxy) return new Agent({ ...timeouts, connect })
    const token = authorizationFor(proxy, [])
    return new ProxyAgent({
      ...timeouts,
      uri: withoutCredentials(proxy).href,
      proxyTls: connect,
      requestTls: connect,
      proxyTunnel: url.protocol === 'https:',
      ...(token && { token }),
    })
  }

  #ca(): string[] {
    this.#certificates ??= trustedCertificates(this.#options.env)
    return this.#certificates
  }
}
