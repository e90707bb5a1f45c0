/** Whether a line of a sidecar's standard error is what `supervise.bash` writes before it starts the sidecar again. */
export function isRestartNotice(line: string): boolean {
  return /^sidecar .*: exited with status \d+; restart \d+(?: of \d+)? in [\d.]+ s$/.test(line)
}
