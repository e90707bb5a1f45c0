import type { Environment } from '../../system/environment.ts'
import { certificateFileFault } from './certificates.ts'
import type { HttpProxy } from './proxies.ts'

/** Why a transfer failed, as a message for the user without secrets; and whether a retry may help. */
export class TransferFault extends Error {
  override readonly name = 'TransferFault'
  readonly isRetryable: boolean
  /** The server's `Retry-After`, in milliseconds. */
  readonly retryAfter: number | undefined
  /** What to do, if the message does not contain it. */
  readonly instead: string | undefined

  constructor(message: string, isRetryable: boolean, retryAfter?: number, cause?: unknown, instead?: string) {
    super(message, { cause })
    this.instead = instead
    this.isRetryable = isRetryable
    this.retryAfter = retryAfter
  }
}

const CERTIFICATE_CODES = /CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|ERR_TLS_CERT_ALTNAME/

/** At staging, the platform sets `CF_STACK`; `vendor` and `package` have downloads as well. */
const isStaging = (env: Environment) => env.CF_STACK !== undefined
const OFFLINE = '; to stage without a network, use sidecar-buildpack vendor or package --cached'

const DISK_CODES = /^E(NOSPC|DQUOT|ROFS|ACCES|PERM|IO)$/

/**
 * @param seconds after how long without a byte a transfer counts as stalled
 * @param proxy that was used: it may be the cause
 */
export function faultOf(
  thrown: unknown,
  seconds: number,
  env: Environment,
  proxy?: HttpProxy,
): TransferFault {
  const { code } = rootOf(thrown)
  if (code !== undefined && DISK_CODES.test(code)) return diskFault(code, thrown)
  const fault = thrown instanceof TransferFault ? thrown : networkFault(thrown, seconds, env, proxy)
  if (proxy === undefined) return fault
  const message = `through the proxy ${proxy.url.host}, ${fault.message}`
  return new TransferFault(message, fault.isRetryable, fault.retryAfter, fault.cause ?? fault, fault.instead)
}

function diskFault(code: string, thrown: unknown): TransferFault {
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  const message = isFull ? 'no space left on the disk' : rootOf(thrown).message
  return new TransferFault(message, false, undefined, thrown)
}

function networkFault(thrown: unknown, seconds: number, env: Environment, proxy?: HttpProxy): TransferFault {
  const error = rootOf(thrown)
  const code = error.code ?? ''
  const retryable = (message: string, checked = 'the URI and the network') =>
    new TransferFault(message, true, undefined, thrown, `check ${checked}${isStaging(env) ? OFFLINE : ''}`)
  // With a proxy, it is the one that is connected to.
  const connected = proxy?.variable
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    const state = code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet'
    const message = `the server's certificate ${state} by the clock of this machine: check the clock`
    return new TransferFault(message, false, undefined, thrown)
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const message = "the server's certificate is for another host name"
    return new TransferFault(message, false, undefined, thrown, 'check the URI')
  }
  if (CERTIFICATE_CODES.test(code) && !/TIMEOUT/.test(code)) {
    const store = isStaging(env) ? 'the system store of the staging container' : 'the system store'
    const reason = certificateFileFault(env)
    const advice = reason ? `SSL_CERT_FILE: ${reason}` : `add its CA to ${store}, or set SSL_CERT_FILE to it`
    return new TransferFault(
      `the server's certificate is not trusted (${code}): ${advice}`,
      false,
      undefined,
      thrown,
    )
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return retryable('its host name cannot be resolved', connected)
  if (code === 'ECONNREFUSED') return retryable('the connection was refused', connected)
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH')
    return retryable('its address cannot be reached', connected)
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return retryable(`no connection within ${seconds} s`, connected)
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return retryable(`no data received for ${seconds} s`)
  }
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET')
    return retryable('the connection was closed early')
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return tlsFault(error)
  const tunnel = TUNNEL_REFUSED.exec(error.message)?.[1]
  if (tunnel !== undefined) return faultOfTunnel(Number(tunnel))
  // Without a code, it is an invalid setting, for example a proxy's address.
  const isRetryable = code !== '' && code !== 'UND_ERR_INVALID_ARG'
  return new TransferFault(error.message || code, isRetryable, undefined, thrown)
}

/** OpenSSL's message contains a line of its source code; `reason` is the readable part. */
function tlsFault(error: NodeJS.ErrnoException & { readonly reason?: unknown }): TransferFault {
  if (NO_TLS.test(error.message)) {
    const message = 'the server does not use TLS on this port; check the port, or use http://'
    return new TransferFault(message, false, undefined, error)
  }
  const reason = typeof error.reason === 'string' ? error.reason : (error.code ?? '')
  return new TransferFault(`TLS failed: ${reason}`, true, undefined, error)
}

/** OpenSSL's reasons for an answer without TLS, which depend on its first bytes. */
const NO_TLS = /wrong version number|packet length too long|http request|unknown protocol/i

/** The first cause, whose code says what happened. */
function rootOf(thrown: unknown): NodeJS.ErrnoException {
  let error = (thrown instanceof Error ? thrown : new Error(String(thrown))) as NodeJS.ErrnoException
  for (let depth = 0; depth < 5; depth++) {
    const inner = error instanceof AggregateError ? error.errors[0] : error.cause
    if (!(inner instanceof Error)) break
    error = inner as NodeJS.ErrnoException
  }
  return error
}

/** The HTTP client's message, which has no code. */
const TUNNEL_REFUSED = /^Proxy response \((\d{3})\)/

/** The fault of a proxy that refuses a connection. */
function faultOfTunnel(status: number): TransferFault {
  return new TransferFault(
    `CONNECT was answered with status ${status}${TUNNEL_ADVICE[status] ?? ''}`,
    statusMayPass(status),
  )
}

const TUNNEL_ADVICE: Readonly<Record<number, string>> = {
  401: ': it requires credentials; add them to its URL',
  403: ': it does not allow this host and port',
  407: ': it requires credentials; add them to its URL',
}

function statusMayPass(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429
}

/** The fault of a status that is not success. */
export function faultOfStatus(status: number, retryAfter: string | undefined, now: Date): TransferFault {
  const isRetryable = statusMayPass(status)
  const advice = ADVICE[status] ?? ''
  const instead = status === 404 || status === 410 ? 'check the URI' : undefined
  const after = milliseconds(retryAfter, now)
  return new TransferFault(
    `the server answered with status ${status}${advice}`,
    isRetryable,
    after,
    undefined,
    instead,
  )
}

const ADVICE: Readonly<Record<number, string>> = {
  401: ': it requires credentials; add them to SIDECARS_CREDENTIALS',
  403: ': access denied; check the credentials in SIDECARS_CREDENTIALS',
  404: ': file not found',
  407: ': the proxy requires credentials; add them to its URL',
  410: ': the file is gone',
}

/** `Retry-After` in both its forms: seconds, or a date. */
function milliseconds(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value.trim()) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime())
}
