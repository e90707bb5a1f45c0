const NOTICE = /^The (app waits for the )?sidecar ("(?:[^"\\]|\\.)*")( is ready)? \(([^)]*)\)/

export interface WaitNotice {
  /** The sidecar's name as JSON; in a line that only looks like ours it may be none. */
  readonly quotedName: string
  readonly isReady: boolean
  /** `port 8082` */
  readonly condition: string
}

/** Reads a line that `wait-for.bash` wrote to standard error: which sidecar the app waits for, or which is ready. */
export function waitNotice(line: string): WaitNotice | undefined {
  const [, waits, quotedName, ready, condition = ''] = NOTICE.exec(line) ?? []
  if (quotedName === undefined || (waits === undefined) === (ready === undefined)) return undefined
  return { quotedName, isReady: ready !== undefined, condition }
}
