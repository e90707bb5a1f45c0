import { createHash } from 'node:crypto'

/** A GUID that only depends on the string, so that an app or a machine keeps it across runs. */
export function guidFrom(text: string): string {
  const hex = createHash('sha256').update(`sidecar-buildpack ${text}`).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

/** The GUID of an app by its name, at staging and when it runs. */
export function appGuid(name: string): string {
  return guidFrom(`app ${name}`)
}
