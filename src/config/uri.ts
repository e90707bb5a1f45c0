/** A URI without its credentials, query and fragment: what may be shown and logged. */
export function describeUri(uri: string): string {
  if (!URL.canParse(uri)) return '(a malformed URI)'
  const { protocol, host, pathname } = new URL(uri)
  return `${protocol}//${host}${pathname}`
}
