/** What `--help` and completion show of every command, so that neither has to load them. The build writes it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'

type ListedCommand = ReturnType<typeof commandList>[number]

/** Beside the compiled command line; the sources have none. */
const LIST_FILE = 'commands.json'

export function readCommandList(): readonly ListedCommand[] | undefined {
  try {
    return JSON.parse(readFileSync(join(__dirname, LIST_FILE), 'utf8')) as readonly ListedCommand[]
  } catch {
    return undefined
  }
}

export function commandList(program: Command) {
  return program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    /** As commander takes them: `[app]`. */
    arguments: command.registeredArguments
      .map((each) => (each.required ? `<${each.name()}>` : `[${each.name()}]`))
      .join(' '),
    options: command.options.map(({ flags, description, argChoices }) => ({
      flags,
      description,
      choices: argChoices,
    })),
  }))
}

/** A command that is shown, but cannot be called. */
export function registerListed(program: Command, listed: ListedCommand): void {
  const command = program.command(listed.name).description(listed.description)
  if (listed.arguments) command.arguments(listed.arguments)
  for (const { flags, description, choices } of listed.options) {
    const option = command.createOption(flags, description)
    command.addOption(choices ? option.choices(choices) : option)
  }
}
