/** A URI without its credentials, query and fragment: what may be shown and logged. */
export function describeUri(uri: string): string {
  if (!URL.canParse(uri)) return '(a malformed URI)'
  const { protocol, host, pathname } = new URL(uri)
  return `${protocol}//${host}${pathname}`
}

/** A name that may be a URI, such as a buildpack's: credentials and query of a URI are left out. */
export function withoutCredentials(name: string): string {
  if (!URL.canParse(name)) return name
  const { username, password, search } = new URL(name)
  return username || password || search ? describeUri(name) : name
}

/** Whether the bits are on this machine. The scheme may be in capitals: a buildpack's manifest is taken as written. */
export function isFileUri(uri: string): boolean {
  return /^file:/i.test(uri)
}

/** Reports what keeps a `file:` URI from naming a file of this machine. @returns whether there is anything */
export function reportFileUri(uri: string, report: (what: string, instead: string) => unknown): boolean {
  if (!isFileUri(uri)) return false
  const { host, pathname } = new URL(uri)
  if (host !== '') {
    report(`has the host ${host}`, 'write file:///…, or https://… for another machine')
    return true
  }
  if (/%2f/i.test(pathname)) {
    report('contains %2F, which a file name cannot contain', 'write / between directories')
    return true
  }
  return false
}
