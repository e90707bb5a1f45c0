/** The file of `--env-file`: `.env` in dotenv's format, or the output of `cf env APP`. */
import { parseEnv } from 'node:util'
import { MOST_BYTES_OF_ARGUMENT } from '../platform/limits.ts'
import { InputError } from '../problems/problems.ts'
import { parseCfEnv } from './cf-env.ts'
import type { CommandLine } from './command-line.ts'
import { readInputText } from './input-text.ts'

/** Adds the variables of the file to `env`. @throws InputError when the file cannot be used */
export async function withEnvFile<T extends EnvOptions>(options: T, line: CommandLine): Promise<T> {
  if (options.envFile === undefined) return options
  return { ...options, env: new Map([...(await readEnvFile(options.envFile, line)), ...options.env]) }
}

export interface EnvOptions {
  readonly env: ReadonlyMap<string, string>
  readonly envFile?: string
}

/** @throws InputError when it cannot be read, or has no variables; the message contains nothing of the file */
async function readEnvFile(file: string, line: CommandLine): Promise<ReadonlyMap<string, string>> {
  const text = (await readInputText('--env-file', file, line)).replace(/^\ufeff/, '')
  const variables = parseCfEnv(text)?.userProvided ?? parseDotenv(text, file, line)
  for (const [name, value] of variables) {
    if (value.includes('\0'))
      throw new InputError(`${file}: the value of ${name} contains a NUL byte, which no process can be given`)
    if (Buffer.byteLength(`${name}=${value}`) > MOST_BYTES_OF_ARGUMENT)
      throw new InputError(
        `${file}:${lineOf(name, text)}: ${name} has more than ${MOST_BYTES_OF_ARGUMENT} bytes, name included; put the value into a file`,
      )
  }
  return variables
}

/** Of the last line that sets the variable. */
function lineOf(name: string, text: string): number {
  const start = /^[ \t]*(?:export )?/
  const sets = (line: string) => {
    const rest = line.replace(start, '')
    return rest.startsWith(name) && /^[ \t]*[:=]/.test(rest.slice(name.length))
  }
  return text.split('\n').findLastIndex(sets) + 1
}

/**
 * A variable, whose value in quotes may have several lines, and whose name is captured; or another line, which is captured
 * too. Only LF ends a line.
 */
const LINES = /(?<=^|\n)(?:(?![ \t]*#)([^\n=]*)=[ \t]*(?:"[^"]*"|'[^']*'|`[^`]*`)?[^\n]*|[ \t]*([^\n]*))/g

const NAME = /^[ \t]*(?:export )?\S+[ \t]*$/

function parseDotenv(text: string, file: string, line: CommandLine): ReadonlyMap<string, string> {
  if (!parseEnv) throw new InputError('--env-file requires Node.js 20.12+')
  const skipped: number[] = []
  let counted = { lines: 0, to: 0 }
  // Node.js takes other lines as the beginning of the next name, also blanks and an indented comment. After a line without a
  // name it ends.
  const accepted = text.replace(
    LINES,
    (all, name: string | undefined, other: string | undefined, at: number) => {
      if (name !== undefined && NAME.test(name)) return all
      counted = { lines: counted.lines + text.slice(counted.to, at).split('\n').length - 1, to: at }
      if (other === undefined || /^[^#\s]/.test(other)) skipped.push(counted.lines + 1)
      return ''
    },
  )
  const variables = Object.entries(parseEnv(accepted)).map(([name, value]) => [name, value ?? ''] as const)
  if (variables.length === 0 && skipped.length > 0)
    throw new InputError(`${file} has no variables; write NAME=value, one per line`)
  if (skipped.length > 0)
    line.err(`note: ${file}: ${linesOf(skipped)} skipped; write NAME=value, one per line\n`)
  return new Map(variables)
}

const MOST_LISTED = 5

function linesOf(numbers: readonly number[]): string {
  if (numbers.length === 1) return `line ${numbers[0]} is`
  const more = numbers.length - MOST_LISTED
  return `lines ${numbers.slice(0, MOST_LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''} are`
}
