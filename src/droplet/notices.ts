/** Whether a line of a sidecar's standard error is the notice of `supervise.bash` before a restart. */
export function isRestartNotice(line: string): boolean {
  return /^sidecar .*: exited with status \d+; restart \d+(?: of \d+)? in [\d.]+ s$/.test(line)
}

const NOTICE = /^The (app waits for the )?sidecar ("(?:[^"\\]|\\.)*")( is ready)? \(([^)]*)\)/
type Groups = [string, waits: string | undefined, string, ready: string | undefined, string]

interface WaitNotice {
  /** The sidecar's name as JSON; it may be invalid in a similar line of the app. */
  readonly quotedName: string
  readonly isReady: boolean
  /** `port 8082` */
  readonly condition: string
}

/** Parses a line of `wait-for.bash` on standard error: which sidecar the app waits for, or which is ready. */
export function waitNotice(line: string): WaitNotice | undefined {
  const match = NOTICE.exec(line) as Groups | null
  if (!match) return undefined
  const [, waits, quotedName, ready, condition] = match
  if ((waits === undefined) === (ready === undefined)) return undefined
  return { quotedName, isReady: ready !== undefined, condition }
}
