import { quote } from './shell-quote.ts'

/** Host, port and path of a URL, as arguments of `__sidecar_get` (get.bash). */
export function getWords(url: string): string {
  const { hostname, port, pathname, search } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  return `${quote(host)} ${port || 80} ${quote(pathname + search)}`
}
