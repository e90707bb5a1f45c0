/** Whether a line of a sidecar's standard error is the notice of `supervise.bash` before a restart. */
export function isRestartNotice(line: string): boolean {
  return /^sidecar .*: exited with status \d+; restart \d+(?: of \d+)? in [\d.]+ s$/.test(line)
}
