/** The command line `sidecar-buildpack`: wires the commands, turns outcomes into exit statuses. */
import { Command, CommanderError } from 'commander'
import { visible } from '../system/visible.ts'
import type { CommandLine, RegisterCommand } from './command-line.ts'
import { commands } from './commands/index.ts'
import { explain } from './explain.ts'

/** Exit statuses: 0 done, 1 the input is at fault, 2 wrong usage. */
export async function main(argv: readonly string[], world: CommandLine): Promise<number> {
  const line = { ...world, out: visibly(world.out), err: visibly(world.err) }
  const program = new Command('sidecar-buildpack')
    .description('Cloud Foundry sidecars: check, plan, stage and run them locally, bundle and package them.')
    .version(BUILDPACK_VERSION)
    .enablePositionalOptions() // `package --version 1.0.0` is the package's version
    .showSuggestionAfterError()
    .configureOutput({ writeOut: line.out, writeErr: line.err })
    .exitOverride()
  let status = 0
  for (const register of await wanted(argv)) register(program, line, (code) => (status = code))
  // Lists and maps that begin empty, and no memory: not as JSON.
  for (const option of program.commands.flatMap((each) => each.options)) {
    if (typeof option.defaultValue === 'object') option.defaultValueDescription ??= 'none'
  }
  try {
    await program.parseAsync(isHelpForNothing(argv) ? argv.slice(1) : [...argv], { from: 'user' })
    return status
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2
    line.err(explain(thrown, line.env))
    return 1
  }
}

/** Every text is shown without control characters; what is to be written as it is comes as bytes. */
function visibly(write: CommandLine['out']): CommandLine['out'] {
  return (text) => write(typeof text === 'string' ? visible(text) : text)
}

/** The one command that is called; all of them for help, and for what is no command. */
async function wanted([first = '']: readonly string[]): Promise<readonly RegisterCommand[]> {
  const load = Object.hasOwn(commands, first) ? commands[first] : undefined
  return Promise.all((load ? [load] : Object.values(commands)).map((each) => each()))
}

/** `help` with a word that is no command: that word is then what is wrong, and has its suggestion. */
function isHelpForNothing([first, second]: readonly string[]): boolean {
  return (
    first === 'help' && second !== undefined && !/^(help$|-)/.test(second) && !Object.hasOwn(commands, second)
  )
}
