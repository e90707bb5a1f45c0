import { DEFAULT_START_TIMEOUT } from '../../platform/limits.ts'
import { InputError } from '../../problems/problems.ts'
import type { RegisterCommand } from '../command-line.ts'
import {
  APP_ARGUMENT,
  addPushOptions,
  assignmentsOption,
  countOption,
  durationOption,
  instancesOption,
  listOption,
  memoryOption,
  portOption,
} from '../options.ts'
import type { RunOptions } from '../run-app.ts'

/** `sidecar-buildpack run`: runs an app and its sidecars as Diego does. */
export const registerRun: RegisterCommand = (program, line, exit) => {
  const command = program
    .command('run')
    .description(
      'run an app and its sidecars as Cloud Foundry does: codependent, with its logs and crash events',
    )
    .argument('[app]', `${APP_ARGUMENT}; or a droplet.tgz, which is not staged again`)
    .option(
      '-b, --buildpack <PATH|ZIP|URL|NAME=PATH|NAME=host|sidecar>',
      "as for `stage`; NAME=host replaces the buildpack by this machine's runtime",
      listOption,
      [],
    )
    .option('--detect', 'use the first buildpack whose bin/detect succeeds')
    .option('--stack <name>', 'value of CF_STACK, as for `stage`')
    .option('--cache <dir>', "directory for the app's build cache, as for `stage`")
    .option('--keep <dir>', 'keep droplet.tgz and result.json in this directory')
  addPushOptions(command)
    .option('--memory <size>', 'memory of the process; overrides the manifest; default: 1G', memoryOption)
    .option('--proxy-memory <size>', "extra memory for the platform's Envoy proxy", memoryOption, {
      bytes: 0,
    })
    .option('--port <port>', '$PORT of the app; further instances get the next ports', portOption, 8080)
    .option('--process <type>', 'the process type to run; default: web (repeatable)', listOption, [])
    .option('--all', 'run every process type')
    .option(
      '--instances <n>',
      'instances of each process type; each uses the next port after --port',
      instancesOption,
      1,
    )
    .option(
      '--task <command>',
      'run a task instead, like cf run-task: without sidecars, health checks and restarts',
    )
    .option('--task-name <name>', 'name of the task in the log (default: random)')
    .option('--services <file>', 'bound services: JSON as in VCAP_SERVICES, or the output of `cf env APP`')
    .option(
      '--env <NAME=VALUE>',
      'set an environment variable of the app (repeatable)',
      assignmentsOption,
      new Map(),
    )
    .option(
      '--env-file <file>',
      'read environment variables of the app from a .env file, or from the output of `cf env APP`; --env overrides them',
    )
    .option(
      '--env-from-shell <NAME>',
      'pass this variable of your shell to the app (repeatable)',
      listOption,
      [],
    )
    .option(
      '--restart-delay <duration>',
      "time between a crash and the restart, instead of the platform's",
      durationOption(0),
    )
    .option(
      '--health-interval <duration>',
      'time between health checks until the app is healthy; default: 2s, as on Cloud Foundry; with --watch: 200ms',
      durationOption(10),
    )
    .option(
      '--health-timeout <duration>',
      `time until the app must be healthy; overrides timeout in the manifest; default: ${DEFAULT_START_TIMEOUT}s`,
      durationOption(10),
    )
    .addOption(
      program
        .createOption(
          '--log <form>',
          'log format: short, or cf as on Cloud Foundry; default: short on a terminal, else cf',
        )
        .choices(['short', 'cf']),
    )
    .option('--times', 'add the time to each line of the short log')
    .option(
      '--ssh',
      'add the log line of the SSH daemon that Cloud Foundry prints at the end of an instance if cf ssh is allowed',
    )
    .option('--max-restarts <n>', 'give up with status 1 after this many restarts', countOption)
    .option('--rootfs <DIR|TAR>', "use this root file system of a stack for the app's container")
    .option('--no-container', 'run directly on this machine, without a container')
    .option('--no-cgroup', 'poll the memory use instead of using a cgroup for the limit')
    .option('--watch', 'stage and restart the app when it changes')
    .option('--detach', 'run in the background; return when the app is healthy; `stop` ends it')
    .option('--no-status', 'do not show the state of each process below the log on a terminal')
    .addHelpText(
      'after',
      `
The app does not inherit your shell's environment. Pass single variables with --env-from-shell NAME.
While it runs, \`sidecar-buildpack ps\` shows the processes. Ctrl-C stops all processes, a second Ctrl-C kills them.

Example:
  $ sidecar-buildpack run my-app -f my-app/manifest.yml --port 9000
  $ sidecar-buildpack run staged/droplet.tgz --memory 512M`,
    )
    .action(async (app: string | undefined, given: RunOptions) => {
      if (process.platform !== 'linux') throw new InputError('running an app requires Linux, bash and tar')
      if (given.task !== undefined && (given.all || given.process.length > 1 || given.instances > 1))
        command.error('error: --task runs once: use it without --all, --instances and a second --process')
      const { runApp } = await import('../run-app.ts')
      exit(await runApp(app, given, line))
    })
}
