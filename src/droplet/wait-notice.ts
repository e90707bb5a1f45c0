const NOTICE = /^The (app waits for the )?sidecar ("(?:[^"\\]|\\.)*")( is ready)? \(/

/** What a line of the app's standard error tells when `wait-for.bash` wrote it: who is waited for, or is no longer. */
export function waitNotice(line: string): { readonly name: string; readonly isReady: boolean } | undefined {
  const [, waits, quoted, ready] = NOTICE.exec(line) ?? []
  if (quoted === undefined || (waits === undefined) === (ready === undefined)) return undefined
  return { name: JSON.parse(quoted), isReady: ready !== undefined }
}
