import { tmpdir } from 'node:os'
import { readEndedLog } from '../../diego/ended-log.ts'
import { readRecords, recordsFolder } from '../../diego/records.ts'
import type { CommandLine, RegisterCommand } from '../command-line.ts'
import { type LogForm, logForm } from '../detached.ts'
import { addChoice, chooseInstances, type InstanceChoice, runsOf } from '../running-apps.ts'

interface Options extends InstanceChoice {
  readonly recent?: true
  readonly times?: true
  readonly log?: LogForm
}

/** `sidecar-buildpack logs`: like `cf logs`, for an app of `run`. */
export const registerLogs: RegisterCommand = (program, line) => {
  addChoice(program.command('logs').description('show the log of a running app'), 'all')
    .option('--recent', 'print the last lines and exit, instead of following the log')
    .addOption(
      program
        .createOption('--log <form>', 'log format: short or cf; default: short on a terminal, else cf')
        .choices(['short', 'cf']),
    )
    .option('--times', 'add the time to each line of the short log')
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
  const ended = options.recent && endedLog(app, line)
  if (ended) {
    line.err(`note: ${app ?? 'the app'} is no longer running; these are the last lines of its log\n`)
    line.out(ended)
    return
  }
  const chosen = chooseInstances(app, options, line)
  const { sendToRun } = await import('../../diego/control-client.ts')
  const isTerminal = process.stdout.isTTY === true
  const { process: processType, index, recent = false, times = false } = options
  const request = {
    do: 'logs',
    recent,
    short: logForm(options, line) === 'short',
    coloured: isTerminal && !line.env.NO_COLOR,
    times,
    processType,
    index,
  } as const
  await Promise.all(runsOf(chosen).map((each) => sendToRun(each, request, line.out)))
}

/** The last lines of an app that has given up in the background; undefined while one of that name runs. */
function endedLog(app: string | undefined, { env }: CommandLine): Buffer | undefined {
  const folder = recordsFolder(env, tmpdir())
  const isRunning = readRecords(folder).some((each) => app === undefined || each.app === app)
  return isRunning ? undefined : readEndedLog(folder, app)
}
