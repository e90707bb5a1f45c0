import type { RegisterCommand } from '../command-line.ts'
import {
  APP_ARGUMENT,
  addPushOptions,
  addWhenOptions,
  javaBuildpackOption,
  MEMORY_OPTION,
  memoryOption,
} from '../options.ts'
import type { PlanOptions } from '../plan-app.ts'

/** `sidecar-buildpack plan`: shows how the platform will run an app and its sidecars, without staging it. */
export const registerPlan: RegisterCommand = (program, line, exit) => {
  const command = program
    .command('plan')
    .description('show processes, sidecars, ports and memory, and whether the app starts')
    .argument('[app]', APP_ARGUMENT)
    .option('--memory <size>', MEMORY_OPTION, memoryOption)
    .addOption(
      program
        .createOption('--java-buildpack <4|5>', 'the Java buildpack: 4.x or 5.x; by default both are shown')
        .argParser(javaBuildpackOption),
    )
  addWhenOptions(addPushOptions(command))
    .option('--html <file>', 'write the plan to this file as an HTML page')
    .option('--json', 'print the plan as JSON, sizes in bytes')
    .addHelpText(
      'after',
      `
The exit status is 1 if a process will not start. The app is not staged; Java is not required.

Example:
  $ sidecar-buildpack plan
  $ sidecar-buildpack plan target/my-app.jar --memory 1G
  $ sidecar-buildpack plan --html plan.html`,
    )
    .action(async (app: string | undefined, options: PlanOptions) => {
      const { planAndShow } = await import('../plan-app.ts')
      exit(await planAndShow(app, options, line))
    })
}
