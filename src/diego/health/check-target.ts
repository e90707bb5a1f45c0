/** What one check asks. Times in milliseconds. */
export interface CheckTarget {
  readonly kind: 'port' | 'http'
  /** An IPv4 address, asked for at each check: that of a laptop changes with its network. */
  readonly address: () => string
  readonly port: number
  /** For `http`: a path with its query. */
  readonly endpoint: string
  readonly timeout: number
}
