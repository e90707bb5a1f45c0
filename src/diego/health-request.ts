/** One check of the app's port, and why it failed, in the platform's words. */
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { finished } from 'node:stream/promises'
import { monotonicTime } from './monotonic.ts'

export interface CheckTarget {
  readonly kind: 'port' | 'http'
  /** An IPv4 address. */
  readonly address: string
  readonly port: number
  readonly endpoint: string
  /** Milliseconds. */
  readonly timeout: number
}

const MOST_REDIRECTS = 10

/** @returns undefined when it passed */
export function checkOnce(target: CheckTarget): Promise<string | undefined> {
  return target.kind === 'port' ? checkPort(target) : checkHttp(target)
}

function checkPort({ address, port, timeout }: CheckTarget): Promise<string | undefined> {
  const where = `failed to make TCP connection to ${address}:${port}`
  return new Promise((resolve) => {
    const socket = connect({ host: address, port })
    const end = (reason?: string) => {
      socket.destroy()
      resolve(reason)
    }
    socket.setTimeout(timeout, () => end(`${where}: timed out after ${seconds(timeout)} seconds`))
    socket.once('connect', () => end())
    socket.once('error', (error) => end(`${where}: dial tcp ${address}:${port}: ${dialError(error)}`))
  })
}

/** Healthy is status 200 and nothing else, within the time, at the end of its redirects. */
async function checkHttp({ address, port, endpoint, timeout }: CheckTarget): Promise<string | undefined> {
  const where = `failed to make HTTP request to '${endpoint}' on port ${port}`
  const started = monotonicTime()
  const timer = AbortSignal.timeout(timeout)
  try {
    const status = await statusOf(new URL(`http://${address}:${port}${endpoint}`), MOST_REDIRECTS, timer)
    return status === 200
      ? undefined
      : `${where}: received status code ${status} in ${monotonicTime() - started}ms`
  } catch {
    return `${where}: ${timer.aborted ? `timed out after ${seconds(timeout)} seconds` : 'connection refused'}`
  }
}

async function statusOf(url: URL, redirects: number, signal: AbortSignal): Promise<number> {
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http')
  const headers = { 'User-Agent': 'diego-healthcheck', 'X-Forwarded-Proto': 'https' }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { headers, agent: false, signal }, resolve).once('error', reject).end()
  })
  response.resume()
  await finished(response)
  const { statusCode = 0, headers: answered } = response
  if (![301, 302, 303, 307, 308].includes(statusCode) || !answered.location || redirects === 0)
    return statusCode
  return statusOf(new URL(answered.location, url), redirects - 1, signal)
}

function dialError(error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNREFUSED') return 'connect: connection refused'
  return error.code === 'ECONNRESET'
    ? 'connect: connection reset by peer'
    : `connect: ${error.code ?? error.message}`
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2)
}
