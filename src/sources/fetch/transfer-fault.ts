/** Why a transfer failed, in a sentence for the user without secrets; and whether a retry may help. */
export class TransferFault extends Error {
  override readonly name = 'TransferFault'
  readonly mayPass: boolean
  /** What the server asked for by `Retry-After`, in milliseconds. */
  readonly retryAfter: number | undefined
  /** What to do, where the message does not say it. */
  readonly instead: string | undefined

  constructor(message: string, mayPass: boolean, retryAfter?: number, cause?: unknown, instead?: string) {
    super(message, { cause })
    this.instead = instead
    this.mayPass = mayPass
    this.retryAfter = retryAfter
  }
}

const CERTIFICATE_CODES = /CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|ERR_TLS_CERT_ALTNAME/

/** For staging containers that cannot reach the server. */
const NO_WAY =
  'check the URI and the network that staging has, or run sidecar-buildpack vendor before cf push'

const DISK_CODES = /^E(NOSPC|DQUOT|ROFS|ACCES|PERM|IO)$/

/**
 * @param seconds after how long without a byte a transfer counts as stalled
 * @param proxy host and port of the one that was asked: the fault may be its own
 */
export function faultOf(thrown: unknown, seconds: number, proxy?: string): TransferFault {
  const { code } = rootOf(thrown)
  if (code !== undefined && DISK_CODES.test(code)) return diskFault(code, thrown)
  const fault = thrown instanceof TransferFault ? thrown : networkFault(thrown, seconds)
  if (proxy === undefined) return fault
  const message = `through the proxy ${proxy}, ${fault.message}`
  return new TransferFault(message, fault.mayPass, fault.retryAfter, fault.cause ?? fault, fault.instead)
}

function diskFault(code: string, thrown: unknown): TransferFault {
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  const message = isFull ? 'no space left on the disk' : rootOf(thrown).message
  return new TransferFault(message, false, undefined, thrown)
}

function networkFault(thrown: unknown, seconds: number): TransferFault {
  const error = rootOf(thrown)
  const code = error.code ?? ''
  const passing = (message: string) => new TransferFault(message, true, undefined, thrown, NO_WAY)
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    const state = code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet'
    const message = `the server's certificate ${state} by the clock of this machine: check the clock`
    return new TransferFault(message, false, undefined, thrown)
  }
  if (CERTIFICATE_CODES.test(code) && !/TIMEOUT/.test(code)) {
    const advice = 'add its CA to the system store of the staging container, or set SSL_CERT_FILE to it'
    return new TransferFault(
      `the server's certificate is not trusted (${code}): ${advice}`,
      false,
      undefined,
      thrown,
    )
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return passing('its host name cannot be resolved')
  if (code === 'ECONNREFUSED') return passing('the connection was refused')
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH') return passing('its address cannot be reached')
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return passing(`no connection within ${seconds} s`)
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return passing(`no byte came for ${seconds} s`)
  }
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET')
    return passing('the connection was cut')
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return tlsFault(error)
  const tunnel = TUNNEL_REFUSED.exec(error.message)?.[1]
  if (tunnel !== undefined) return faultOfTunnel(Number(tunnel))
  // Without a code it is a setting that cannot be used, such as a proxy's address.
  const mayPass = code !== '' && code !== 'UND_ERR_INVALID_ARG'
  return new TransferFault(error.message || code, mayPass, undefined, thrown)
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

/** A server that answers in plain text; how OpenSSL words it depends on the first bytes of the answer. */
const NO_TLS = /wrong version number|packet length too long|http request|unknown protocol/i

/** What lies at the bottom of the causes, with the code that says what happened. */
function rootOf(thrown: unknown): NodeJS.ErrnoException {
  let error = (thrown instanceof Error ? thrown : new Error(String(thrown))) as NodeJS.ErrnoException
  for (let depth = 0; depth < 5; depth++) {
    const inner = error instanceof AggregateError ? error.errors[0] : error.cause
    if (!(inner instanceof Error)) break
    error = inner as NodeJS.ErrnoException
  }
  return error
}

/** How the HTTP client words it; it has no code for it. */
const TUNNEL_REFUSED = /^Proxy response \((\d{3})\)/

/** The fault of a proxy that does not let a connection through. */
function faultOfTunnel(status: number): TransferFault {
  return new TransferFault(
    `CONNECT was answered with ${status}${TUNNEL_ADVICE[status] ?? ''}`,
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

/** The fault of an answer that is not the file. */
export function faultOfStatus(status: number, retryAfter: string | undefined, now: Date): TransferFault {
  const mayPass = statusMayPass(status)
  const advice = ADVICE[status] ?? ''
  const instead = status === 404 || status === 410 ? 'check the URI' : undefined
  const after = milliseconds(retryAfter, now)
  return new TransferFault(`the server answered ${status}${advice}`, mayPass, after, undefined, instead)
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
