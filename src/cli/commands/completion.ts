import type { RegisterCommand } from '../command-line.ts'
import { completionScript, SCRIPTS, type Shell } from '../completion.ts'

/** `sidecar-buildpack completion`: a script that completes commands and options in a shell. */
export const registerCompletion: RegisterCommand = (program, line) => {
  const command = program.command('completion')
  command
    .description('print a script that completes commands and options in your shell')
    .addArgument(
      command
        .createArgument(`<${Object.keys(SCRIPTS).join('|')}>`, 'your shell')
        .choices(Object.keys(SCRIPTS)),
    )
    .addHelpText(
      'after',
      `
Add it to your shell's start file:
  bash  ~/.bashrc                      source <(sidecar-buildpack completion bash)
  zsh   ~/.zshrc, after compinit       source <(sidecar-buildpack completion zsh)
  fish  ~/.config/fish/config.fish     sidecar-buildpack completion fish | source`,
    )
    .action((shell: Shell) => line.out(completionScript(shell, program)))
}
