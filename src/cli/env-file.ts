/** The file of `--env-file`: `.env` in dotenv's format, or the output of `cf env APP`. */
import { parseEnv } from 'node:util'
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
  const text = await readInputText(file, line)
  const variables = parseCfEnv(text)?.userProvided ?? parseDotenv(text, file)
  for (const [name, value] of variables)
    if (value.includes('\0'))
      throw new InputError(`${file}: the value of ${name} contains a NUL byte, which no process can be given`)
  return variables
}

function parseDotenv(text: string, file: string): ReadonlyMap<string, string> {
  if (!parseEnv) throw new InputError('--env-file requires Node.js 20.12+')
  const variables = Object.entries(parseEnv(text)).map(([name, value]) => [name, value ?? ''] as const)
  if (variables.length === 0 && text.trim() !== '' && /^\s*[^#\s]/m.test(text))
    throw new InputError(`${file} has no variables; write NAME=value, one per line`)
  return new Map(variables)
}
