import { DEFAULT_STACK } from '../../platform/stacks.ts'
import type { RegisterCommand } from '../command-line.ts'
import { APP_FORMS, addPushOptions, addWhenOptions, MEMORY_OPTION, memoryOption } from '../options.ts'
import type { ValidateOptions } from '../validate-app.ts'

/** `sidecar-buildpack validate`: reports what supply and the platform would report. */
export const registerValidate: RegisterCommand = (program, line, exit) => {
  const command = program
    .command('validate')
    .description("check an app's sidecars.yml and manifest as cf push and staging would")
    .argument('[app]', `${APP_FORMS}; default: all applications of the manifest, else .`)
  addPushOptions(command)
    .option(
      '--stack <name>',
      `the stack that binaries must run on; default: the stack of the manifest, else ${DEFAULT_STACK}`,
    )
    .option('--memory <size>', MEMORY_OPTION, memoryOption)
  addWhenOptions(command)
    .option('--json', 'print the problems as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  $ sidecar-buildpack validate\n  $ sidecar-buildpack validate my-app -f manifest.yml',
    )
    .action(async (app: string | undefined, options: ValidateOptions) => {
      const { validateAndReport } = await import('../validate-app.ts')
      exit(await validateAndReport(app, options, line))
    })
}
