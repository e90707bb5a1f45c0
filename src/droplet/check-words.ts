/** Conditions of sidecars as shell words. */
import type { Readiness } from '../config/sidecar.ts'
import { describeUri } from '../config/uri.ts'
import { quote, quoteTemplate } from './shell-quote.ts'

/** What is waited for, for messages, and the command that checks it once. */
export function readinessWords(readiness: Readiness): readonly [what: string, check: string] {
  switch (readiness.kind) {
    case 'port':
      return [quote(`port ${readiness.port}`), `__sidecar_listens ${readiness.port}`]
    case 'socket':
      return [
        quoteTemplate(['socket ', ...readiness.socket]),
        `__sidecar_socket ${quoteTemplate(readiness.socket)}`,
      ]
    case 'http':
      return [quote(describeUri(readiness.url)), `__sidecar_answers ${getWords(readiness.url)}`]
  }
}

/** Host, port and path of a URL, as arguments of `__sidecar_get` (get.bash). */
export function getWords(url: string): string {
  const { hostname, port, pathname, search } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  return `${quote(host)} ${port || 80} ${quote(pathname + search)}`
}
