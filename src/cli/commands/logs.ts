import { Option } from 'commander'
import type { CommandLine, RegisterCommand } from '../command-line.ts'
import { type LogForm, logForm } from '../detached.ts'
import { addChoice, chooseInstances, type InstanceChoice } from '../running-apps.ts'

interface Options extends InstanceChoice {
  readonly recent?: true
  readonly log?: LogForm
}

/** `sidecar-buildpack logs`: like `cf logs`, for an app of `run`. */
export const registerLogs: RegisterCommand = (program, line) => {
  addChoice(program.command('logs').description('show the log of a running app'), 'all')
    .option('--recent', 'print the last lines and exit, instead of following the log')
    .addOption(
      new Option('--log <form>', 'log format: short or cf; default: short on a terminal, else cf').choices([
        'short',
        'cf',
      ]),
    )
    .addHelpText(
      'after',
      `
Example:
  $ sidecar-buildpack logs my-app --recent
  $ sidecar-buildpack logs --process worker`,
    )
    .action(async (app: string | undefined, options: Options) => logs(app, options, line))
}

async function logs(app: string | undefined, options: Options, line: CommandLine): Promise<void> {
  const chosen = await chooseInstances(app, options, line)
  const { sendToRun } = await import('../../diego/control-client.ts')
  const isTerminal = process.stdout.isTTY === true
  const { process: processType, index, recent = false } = options
  const request = {
    do: 'logs',
    recent,
    short: logForm(options, line) === 'short',
    coloured: isTerminal && !line.env.NO_COLOR,
    ...(processType !== undefined && { processType }),
    ...(index !== undefined && { index }),
  } as const
  const sockets = [...new Set(chosen.map(({ control }) => control))]
  await Promise.all(sockets.map((each) => sendToRun(each, request, line.out)))
}
