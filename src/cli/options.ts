/** Values of options of several commands. A wrong value ends with the usage and status 2. */
import { type Command, InvalidArgumentError } from 'commander'
import { durationFault, parseDuration } from '../config/duration.ts'
import type { JavaBuildpack } from '../java/calculators/calculator.ts'
import { type MemorySize, MIB, parseMemoryText } from '../platform/memory-size.ts'

/** `--memory` of the commands that check all processes. */
export const MEMORY_OPTION =
  'memory of process web, overriding the manifest (like cf push -m), and of processes without memory in the manifest; default: 1G'

/** `1G`, `512M`: a whole number of MiB. */
export function memoryOption(text: string): MemorySize {
  const bytes = parseMemoryText(text)
  if (bytes === undefined || bytes < MIB) throw new InvalidArgumentError('Use for example 512M or 1G.')
  return { bytes: Math.floor(bytes / MIB) * MIB }
}

export function portOption(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new InvalidArgumentError('Use a port from 1 to 65535.')
  return port
}

/** `--instances`. */
export function instancesOption(text: string): number {
  const count = countOption(text)
  if (count < 1 || count > 100) throw new InvalidArgumentError('Use a number from 1 to 100.')
  return count
}

export function countOption(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Use a whole number.')
  return Number(text)
}

const DAY = 24 * 3_600_000

/**
 * A time with its unit, as in sidecars.yml, in milliseconds.
 * @param least milliseconds
 */
export function durationOption(least: number): (text: string) => number {
  return (text) => {
    const fault = durationFault(text, least, DAY)
    if (fault) throw new InvalidArgumentError(`It ${fault.what}; ${fault.instead}.`)
    return parseDuration(text) ?? least
  }
}

/** `4` or `5`: the generation of the Java buildpack. */
export function javaBuildpackOption(text: string): JavaBuildpack {
  if (text !== '4' && text !== '5') throw new InvalidArgumentError('Use 4 or 5.')
  return text === '4' ? 4 : 5
}

/** Collects `NAME=VALUE`; the last value of a name wins. */
export function assignmentsOption(
  text: string,
  before: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const [, name, value] = /^([^=\0]+)=([^\0]*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Use NAME=VALUE.')
  return new Map([...before, [name, value]])
}

/** Collects a repeatable option. */
export function listOption(text: string, before: readonly string[]): readonly string[] {
  return [...before, text]
}

/** Collects `name=value` of `--var`. */
function variableOption(text: string, before: readonly string[]): readonly string[] {
  if (!/^[^=]+=./s.test(text)) throw new InvalidArgumentError('Use name=value.')
  return [...before, text]
}

/** What the argument of commands that read what `cf push` would push may be. */
export const APP_FORMS = 'a directory, jar, war or zip, or the name of an application in the manifest'
export const APP_ARGUMENT = `${APP_FORMS}; default: path in the manifest, else .`

/** The options for finding what `cf push` would push (src/cli/pushed-app.ts). */
export function addPushOptions(command: Command): Command {
  return command
    .option(
      '-f, --manifest <file>',
      'the app manifest, or its directory; default: ./manifest.yml if there is one',
    )
    .option('--app <name>', 'the application to use from a manifest with several')
    .option('-p, --path <path>', "the app's files; overrides path in the manifest")
    .option('--var <name=value>', 'a value for ((name)) in the manifest (repeatable)', variableOption, [])
    .option('--vars-file <file>', 'a YAML file of values for ((variables)) (repeatable)', listOption, [])
}

/** What decides `when` for commands that stage nothing. */
export function addWhenOptions(command: Command): Command {
  return command
    .option('--services <file>', 'bound services, for when: JSON as in VCAP_SERVICES')
    .option(
      '--env <NAME=VALUE>',
      'an environment variable of the app, for when (repeatable)',
      assignmentsOption,
      new Map(),
    )
}
