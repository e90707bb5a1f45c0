import { attempt } from '../system/attempt.ts'

/** A URI without credentials, query and fragment, for messages and logs. */
export function describeUri(uri: string): string {
  if (!URL.canParse(uri)) return '(a malformed URI)'
  const { protocol, host, pathname } = new URL(uri)
  return `${protocol}//${host}${pathname}`
}

/** A name that may be a URI, for example a buildpack's, without the URI's credentials and query. */
export function withoutCredentials(name: string): string {
  if (!URL.canParse(name)) return name
  const { username, password, search } = new URL(name)
  return username || password || search ? describeUri(name) : name
}

/** A part of a URI without percent-encoding; as written if its encoding is invalid. */
export function percentDecoded(text: string): string {
  return attempt(() => decodeURIComponent(text)) ?? text
}

/** Whether the file is on this machine. The scheme is case-insensitive, because a buildpack's manifest is used as written. */
export function isFileUri(uri: string): boolean {
  return /^file:/i.test(uri)
}

/** Reports why a `file:` URI does not refer to a file of this machine. @returns whether there is a problem */
export function reportFileUri(uri: string, report: (what: string, instead: string) => unknown): boolean {
  if (!isFileUri(uri)) return false
  const { host, pathname } = new URL(uri)
  if (host !== '') report(`has the host ${host}`, 'write file:///…, or https://… for another machine')
  else if (/%2f/i.test(pathname))
    report('contains %2F, which a file name cannot contain', 'write / between directories')
  else return false
  return true
}
