import { setTimeout as sleep } from 'node:timers/promises'
import type { CommandLine, RegisterCommand } from '../command-line.ts'
import {
  addChoice,
  chooseInstances,
  type InstanceChoice,
  instanceName,
  instanceNow,
  LOOK_INTERVAL,
  runsOf,
} from '../running-apps.ts'

/** `sidecar-buildpack stop`: stops instances of `run`, like Ctrl-C there. */
export const registerStop: RegisterCommand = (program, line) => {
  addChoice(
    program.command('stop').description('stop a running app, or one of its processes or instances'),
    'all',
  )
    .addHelpText(
      'after',
      `
Example:
  $ sidecar-buildpack run --detach
  $ sidecar-buildpack stop my-app`,
    )
    .action(async (app: string | undefined, choice: InstanceChoice) => stop(app, choice, line))
}

async function stop(app: string | undefined, choice: InstanceChoice, line: CommandLine): Promise<void> {
  const chosen = chooseInstances(app, choice, line)
  const { sendToRun } = await import('../../diego/control-client.ts')
  const { process: processType, index } = choice
  for (const each of runsOf(chosen)) await sendToRun(each, { do: 'stop', processType, index })
  for (const each of chosen) {
    while (instanceNow(each, line)) await sleep(LOOK_INTERVAL)
    line.out(`Stopped ${instanceName(each)}\n`)
  }
}
