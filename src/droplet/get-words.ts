import { quote } from './shell-quote.ts'

/** Host, port and path of a URL, as `__sidecar_get` takes them (get.bash). */
export function getWords(url: string): string {
  const { hostname, port, pathname, search } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  return `${quote(host)} ${port || 80} ${quote(pathname + search)}`
}
