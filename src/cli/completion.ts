/** Completion scripts for shells, from the commands as they are registered: subcommands, options and files. */
import type { Command } from 'commander'

export type Shell = keyof typeof SCRIPTS

/** @returns a script for the shell to source */
export function completionScript(shell: Shell, program: Command): string {
  return SCRIPTS[shell](program.name(), completedCommands(program))
}

export const SCRIPTS = { bash, zsh, fish }

type CompletedCommand = ReturnType<typeof completedCommands>[number]

function completedCommands(program: Command) {
  return program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: command.options.map(({ long, short, description, required, argChoices = [] }) => ({
      names: [long, short].filter((each) => each != null),
      description,
      hasValue: required,
      /** Its only values, where they are known. */
      choices: argChoices,
    })),
  }))
}

function bash(program: string, commands: readonly CompletedCommand[]): string {
  const cases = commands.map(({ name, options }) => `    ${name}) words='${allNames(options)}' ;;\n`)
  const values = commands.flatMap(({ name, options }) =>
    options.flatMap(({ names, choices }) =>
      choices.length > 0 ? names.map((each) => `    ${name}:${each}) words='${choices.join(' ')}' ;;\n`) : [],
    ),
  )
  return `# Completion of ${program} for bash.
_${identifier(program)}() {
  local words='' current=\${COMP_WORDS[COMP_CWORD]}
  case $COMP_CWORD:\${COMP_WORDS[1]} in
    1:*) words='${commands.map(({ name }) => name).join(' ')} help --help --version' ;;
    *:completion) words='${Object.keys(SCRIPTS).join(' ')}' ;;
  esac
  case \${COMP_WORDS[1]}:\${COMP_WORDS[COMP_CWORD - 1]} in
${values.join('')}  esac
  case $current:\${COMP_WORDS[1]} in
    -*:*) ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current"); return ;;
  esac
  case \${COMP_WORDS[1]} in
${cases.join('')}  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o bashdefault -o default -F _${identifier(program)} ${program}
`
}

function zsh(program: string, commands: readonly CompletedCommand[]): string {
  const list = commands.map(({ name, description }) => `    ${quote(`${name}:${description}`)}\n`)
  const cases = commands.map(({ name, options }) => {
    const specs = options.flatMap(({ names, description, hasValue, choices }) =>
      names.map((each) =>
        quote(
          `*${each}[${description.replaceAll(/[[\]\\]/g, '\\$&')}]${hasValue ? `:${each.replace(/^-+/, '')}:${choices.length > 0 ? `(${choices.join(' ')})` : '_files'}` : ''}`,
        ),
      ),
    )
    const last = name === 'completion' ? `'1:shell:(${Object.keys(SCRIPTS).join(' ')})'` : "'*:file:_files'"
    return `    ${name}) _arguments ${[...specs, last].join(' ')} ;;\n`
  })
  return `#compdef ${program}
# Completion of ${program} for zsh.
_${identifier(program)}() {
  local -a commands
  commands=(
${list.join('')}  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${cases.join('')}  esac
}
compdef _${identifier(program)} ${program}
`
}

function fish(program: string, commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, description, options }) => [
    `complete -c ${program} -f -n __fish_use_subcommand -a ${name} -d ${quote(description)}`,
    ...options.map(({ names, description: about, hasValue, choices }) => {
      const flags = names.map((each) =>
        each.startsWith('--') ? `-l ${each.slice(2)}` : `-s ${each.slice(1)}`,
      )
      const when = `-n '__fish_seen_subcommand_from ${name}'`
      const value = choices.length > 0 ? ` -x -a ${quote(choices.join(' '))}` : hasValue ? ' -r' : ''
      return `complete -c ${program} ${when} ${flags.join(' ')}${value} -d ${quote(about)}`
    }),
  ])
  const shells = `complete -c ${program} -f -n '__fish_seen_subcommand_from completion' -a '${Object.keys(SCRIPTS).join(' ')}'`
  return `# Completion of ${program} for fish.\n${[...lines, shells].join('\n')}\n`
}

function allNames(options: CompletedCommand['options']): string {
  return ['--help', ...options.flatMap(({ names }) => names)].join(' ')
}

/** The name of a shell function. */
function identifier(program: string): string {
  return program.replaceAll('-', '_')
}

/** In single quotes, which zsh and fish read alike in strings without backslashes. */
function quote(text: string): string {
  return `'${text.replaceAll("'", '’')}'`
}
