/** Output in the libbuildpack manner: `-----> ` starts a step, seven blanks indent its lines. */
export interface Log {
  step(text: string): void
  info(text: string): void
  note(text: string): void
  warning(text: string): void
  error(text: string): void
  /** Shown with `BP_DEBUG` only. */
  debug(text: string): void
}

/** For who only looks. */
export const silentLog: Log = { step() {}, info() {}, note() {}, warning() {}, error() {}, debug() {} }

const INDENT = '       '

/**
 * @param write takes whole lines, newline included
 * @param debug whether `BP_DEBUG` is set to something
 */
export function buildpackLog(write: (line: string) => void, debug: boolean): Log {
  const indented = (text: string) => text.replaceAll('\n', `\n${INDENT}`)
  return {
    step: (text) => write(`-----> ${indented(text)}\n`),
    info: (text) => write(`${INDENT}${indented(text)}\n`),
    note: (text) => write(`${INDENT}note: ${indented(text)}\n`),
    warning: (text) => write(`${INDENT}**WARNING** ${indented(text)}\n`),
    error: (text) => write(`${INDENT}**ERROR** ${indented(text)}\n`),
    debug: (text) => {
      if (debug) write(`${INDENT}DEBUG: ${indented(text)}\n`)
    },
  }
}
