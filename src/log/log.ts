import { visible, visibleLine } from '../problems/visible.ts'

/** Output in the style of libbuildpack: `-----> ` starts a step, seven spaces indent its lines. */
export interface Log {
  /** One line. */
  step(text: string): void
  /** One line. */
  info(text: string): void
  note(text: string): void
  warning(text: string): void
  error(text: string): void
  /** A line of output of a program of the app, unchanged. */
  output(text: string): void
  /** Shown with `BP_DEBUG` only. */
  debug(text: string): void
}

export const silentLog: Log = {
  step() {},
  info() {},
  note() {},
  warning() {},
  error() {},
  output() {},
  debug() {},
}

const INDENT = '       '

/**
 * @param write gets whole lines, including the newline
 * @param debug whether `BP_DEBUG` is set
 */
export function buildpackLog(write: (line: string) => void, debug: boolean): Log {
  const indented = (text: string) => visible(text).replaceAll('\n', `\n${INDENT}`)
  return {
    step: (text) => write(`-----> ${visibleLine(text)}\n`),
    output: (text) => write(`${INDENT}${text}\n`),
    info: (text) => write(`${INDENT}${visibleLine(text)}\n`),
    note: (text) => write(`${INDENT}note: ${indented(text)}\n`),
    warning: (text) => write(`${INDENT}**WARNING** ${indented(text)}\n`),
    error: (text) => write(`${INDENT}**ERROR** ${indented(text)}\n`),
    debug: (text) => {
      if (debug) write(`${INDENT}DEBUG: ${indented(text)}\n`)
    },
  }
}
