/** The target of a check. Times in milliseconds. */
export interface CheckTarget {
  readonly kind: 'port' | 'http'
  /** An IPv4 address, determined for each check, because a laptop's address changes with its network. */
  readonly address: () => string
  readonly port: number
  /** For `http`: a path with its query. */
  readonly endpoint: string
  readonly timeout: number
}
