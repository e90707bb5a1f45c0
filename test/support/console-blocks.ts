/**
 * Reads the ```console blocks of a README: `$ command` lines, each followed by its output. In the output, `…` matches any
 * text; a line with only `…` matches any number of lines.
 */

export interface Step {
  /** As it stands in the README; absent: more lines of the `sidecar-buildpack run` that is running. */
  readonly command?: string
  /** What it prints, whole for a command, a beginning for one that keeps running. */
  readonly prints: string
}

export interface Session {
  /** The heading above; the steps below one run in order, in one folder. */
  readonly heading: string
  readonly steps: readonly Step[]
}

export function readSessions(markdown: string): readonly Session[] {
  return markdown.split(/^## /m).flatMap((section) => {
    const heading = section.split('\n', 1)[0] ?? ''
    const blocks = [...section.matchAll(/^```console\n(.*?)^```$/gms)]
    const steps = blocks.flatMap(([, block = '']) => readSteps(block))
    return steps.length > 0 ? [{ heading, steps }] : []
  })
}

function readSteps(block: string): readonly Step[] {
  const [before = '', ...others] = block.split(/^\$ /m)
  const steps = others.map((text) => {
    // A backslash at the end of a line continues the command.
    const [command = ''] = /^(?:.*\\\n)*.*\n/.exec(text) ?? []
    return { command: command.trimEnd(), prints: text.slice(command.length) }
  })
  return before ? [{ prints: before }, ...steps] : steps
}

/** Matches exactly the printed lines. */
export const wholePattern = (prints: string) => new RegExp(`^${patternOf(prints)}$`)

/** Matches a text that begins with the printed lines. */
export const beginningPattern = (prints: string) => new RegExp(`^${patternOf(prints)}`)

function patternOf(prints: string): string {
  const lines = prints.split('\n').slice(0, -1)
  return lines
    .map((line) =>
      line.trim() === '…' ? '(?:.*\\n|.+$)*?' : `${linePattern(line.trimEnd())}[ \\r]*(?:\\n|$)`,
    )
    .join('')
}

const linePattern = (line: string) =>
  line
    .split('…')
    .map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('.*')
