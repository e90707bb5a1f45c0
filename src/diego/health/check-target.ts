import type { CheckSpec } from '../instance-spec.ts'

/** A check, and where it is made. */
export interface CheckTarget extends CheckSpec {
  /** An IPv4 address, determined for each check, because a laptop's address changes with its network. */
  readonly address: () => string
  readonly port: number
}
