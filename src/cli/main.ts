/** The command line `sidecar-buildpack`: registers the commands and sets the exit status. */
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { ownFolder } from '../buildpack/own-folder.ts'
import { visible } from '../problems/visible.ts'
import type { CommandLine } from './command-line.ts'
import { commands } from './commands/index.ts'
import { explain } from './explain.ts'

/** Exit statuses: 0 success, 1 problem with the input, 2 wrong usage. */
export async function main(argv: readonly string[], world: CommandLine): Promise<number> {
  const err = visibly(world.err)
  const line = { ...world, out: visibly(world.out), err: isColoured(world) ? coloured(err) : err }
  const program = new Command('sidecar-buildpack')
    .description('Cloud Foundry sidecars: check, plan, stage and run them locally, bundle and package them.')
    .version(BUILDPACK_VERSION, '-v, --version')
    .enablePositionalOptions() // `package --version 1.0.0` is the package's version
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: line.out,
      writeErr: line.err,
      // By its letters, "stage" is the nearest.
      outputError: (text, write) => write(text.replace(/('status'\n.*) stage\?/, '$1 ps?')),
    })
    .exitOverride()
    .addHelpText('after', () => help())
  let status = 0
  for (const register of Object.values(commands)) register(program, line, (code) => (status = code))
  // Help shows empty lists and maps as "none", not as JSON.
  for (const option of program.commands.flatMap((each) => each.options)) {
    if (typeof option.defaultValue === 'object') option.defaultValueDescription ??= 'none'
  }
  for (const command of program.commands) refuseRepeatedOptions(command)
  try {
    await program.parseAsync(isHelpForNothing(argv) ? argv.slice(1) : [...argv], { from: 'user' })
    return status
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2
    line.err(explain(thrown, line.env))
    return 1
  }
}

function help(): string {
  return `
Example, in the directory of an app:
  $ sidecar-buildpack validate
  $ sidecar-buildpack run

Documentation: ${join(ownFolder(), 'docs', 'README.md')}`
}

/** Refuses a second value for an option that is not repeatable. */
function refuseRepeatedOptions(command: Command): void {
  for (const option of command.options.filter(
    ({ required, defaultValue }) => required && typeof defaultValue?.[Symbol.iterator] !== 'function',
  )) {
    let isGiven = false
    command.on(`option:${option.name()}`, () => {
      if (isGiven) command.error(`error: option '${option.flags}' can only be used once`)
      isGiven = true
    })
  }
}

function isColoured({ isTerminal, env }: CommandLine): boolean {
  return isTerminal && !env.NO_COLOR && env.TERM !== 'dumb'
}

const HUES = { error: '\x1b[1;31m', warning: '\x1b[1;33m', note: '\x1b[1;36m' }

/** Colours the severity at the start of a line. */
function coloured(write: CommandLine['err']): CommandLine['err'] {
  return (text) => {
    if (typeof text !== 'string') return write(text)
    const painted = text.replaceAll(
      /^(error|warning|note):/gm,
      (prefix, severity: keyof typeof HUES) => `${HUES[severity]}${prefix}\x1b[0m`,
    )
    write(painted === text ? text : Buffer.from(painted))
  }
}

/** Shows strings without control characters; bytes are written unchanged. */
function visibly(write: CommandLine['out']): CommandLine['out'] {
  return (text) => write(typeof text === 'string' ? visible(text) : text)
}

/** `help` with an unknown command: the error is about that word, with a suggestion. */
function isHelpForNothing([first, second]: readonly string[]): boolean {
  return (
    first === 'help' && second !== undefined && !/^(help$|-)/.test(second) && !Object.hasOwn(commands, second)
  )
}
