/** Values of options that several commands take. Wrong ones end with the usage and status 2. */
import type { Command } from 'commander'
import { type MemorySize, MIB, parseMemoryText } from '../config/memory-size.ts'
import type { JavaBuildpack } from '../java/calculators/calculator.ts'

/** What commander takes for its own InvalidArgumentError, by the code: the class would bring a copy of it into each command's part. */
class InvalidArgumentError extends Error {
  readonly code = 'commander.invalidArgument'
  readonly exitCode = 1
}

/** `--memory` of the commands that look at all processes. */
export const MEMORY_OPTION =
  'memory of process web, instead of the one in the manifest (as cf push -m), and of processes that have none in it; default: 1G'

/** `1G`, `512M`: a whole number of MB. */
export function memoryOption(text: string): MemorySize {
  const bytes = parseMemoryText(text)
  if (bytes === undefined || bytes < MIB) throw new InvalidArgumentError('Write a size such as 512M or 1G.')
  return { bytes: Math.floor(bytes / MIB) * MIB }
}

export function portOption(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new InvalidArgumentError('Write a port from 1 to 65535.')
  return port
}

/** `--instances`. */
export function instancesOption(text: string): number {
  const count = countOption(text)
  if (count < 1 || count > 100) throw new InvalidArgumentError('Use a number from 1 to 100.')
  return count
}

export function countOption(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Write a whole number.')
  return Number(text)
}

/** `500ms`, `5s`, `2m`, `5` (seconds) → milliseconds. */
export function durationOption(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text)
  if (!match) throw new InvalidArgumentError('Write a duration such as 500ms, 5s or 2m.')
  return Math.round(Number(match[1]) * { ms: 1, s: 1000, m: 60_000 }[(match[2] ?? 's') as 'ms' | 's' | 'm'])
}

/** `4` or `5`: the generation of the Java buildpack. */
export function javaBuildpackOption(text: string): JavaBuildpack {
  if (text !== '4' && text !== '5') throw new InvalidArgumentError('Use 4 or 5.')
  return text === '4' ? 4 : 5
}

/** Collects `NAME=VALUE`; the last one of a name counts. */
export function assignmentsOption(
  text: string,
  before: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const [, name, value] = /^([^=\0]+)=([^\0]*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Write NAME=VALUE.')
  return new Map([...before, [name, value]])
}

/** Collects an option that may stand several times. */
export function listOption(text: string, before: readonly string[]): readonly string[] {
  return [...before, text]
}

/** Collects `name=value` of `--var`. */
export function variableOption(text: string, before: readonly string[]): readonly string[] {
  if (!/^[^=]+=./s.test(text)) throw new InvalidArgumentError('Use name=value.')
  return [...before, text]
}

/** Of a command that takes what `cf push` would push. */
export const APP_ARGUMENT =
  'a directory, jar, war or zip, or the name of an application of the manifest; default: path of the manifest, else .'

/** The options by which a command finds what `cf push` would push (src/cli/pushed-app.ts). */
export function addPushOptions(command: Command): Command {
  return command
    .option(
      '-f, --manifest <file>',
      'the app manifest, or its directory; default: ./manifest.yml if there is one',
    )
    .option('--app <name>', 'the application to take from a manifest that has several')
    .option('-p, --path <path>', "the app's files; overrides path of the manifest")
    .option('--var <name=value>', 'a value for ((name)) in the manifest (repeatable)', variableOption, [])
    .option('--vars-file <file>', 'a YAML file of values for ((variables)) (repeatable)', listOption, [])
}
