import { setTimeout as sleep } from 'node:timers/promises'
import type { RunRecord } from '../../diego/records.ts'
import { InputError } from '../../problems/problems.ts'
import type { CommandLine, RegisterCommand } from '../command-line.ts'
import {
  addChoice,
  chooseInstances,
  type InstanceChoice,
  instanceName,
  instanceNow,
  LOOK_INTERVAL,
} from '../running-apps.ts'

/** `sidecar-buildpack restart`: starts new instances of the staged app, with their sidecars. */
export const registerRestart: RegisterCommand = (program, line) => {
  addChoice(
    program
      .command('restart')
      .description('restart a running app, or one of its processes or instances, without staging it again'),
    'all',
  )
    .addHelpText(
      'after',
      `
Returns when the new instances are healthy.

Example:
  $ sidecar-buildpack restart my-app --process web -i 0`,
    )
    .action(async (app: string | undefined, choice: InstanceChoice) => restart(app, choice, line))
}

async function restart(app: string | undefined, choice: InstanceChoice, line: CommandLine): Promise<void> {
  const chosen = chooseInstances(app, choice, line)
  const { sendToRun } = await import('../../diego/control-client.ts')
  for (const each of chosen) {
    const { processType, index } = each
    await sendToRun(each, { do: 'restart', processType, index })
  }
  for (const each of chosen) {
    await healthyAgain(each, line)
    line.out(`Restarted ${instanceName(each)}\n`)
  }
}

/** @throws InputError when the new instance crashes, or its run ends */
async function healthyAgain(before: RunRecord, line: CommandLine): Promise<void> {
  for (;;) {
    const now = instanceNow(before, line)
    if (!now) throw new InputError(`${instanceName(before)} is no longer running`)
    const isNew = now.instance?.guid !== before.instance?.guid
    if (now.state === 'crashed' && now.restartAt !== before.restartAt)
      throw new InputError(`${instanceName(before)} crashed; run sidecar-buildpack logs --recent`)
    if (isNew && now.state === 'running') return
    await sleep(LOOK_INTERVAL)
  }
}
