import { basename, dirname } from 'node:path'
import { Option } from 'commander'
import { InputError } from '../../config/problems.ts'
import { fromShell, readInputs } from '../app-inputs.ts'
import type { RegisterCommand } from '../command-line.ts'
import { detach, isDetached, logForm } from '../detached.ts'
import { withEnvFile } from '../env-file.ts'
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
import { isDroplet } from '../planned-instance.ts'
import type { RunOptions } from '../run-app.ts'

/** `sidecar-buildpack run`: an app and its sidecars as Diego runs them. */
export const registerRun: RegisterCommand = (program, line, exit) => {
  const command = program
    .command('run')
    .description(
      'run an app and its sidecars as Cloud Foundry does: codependent, with its logs and crash events',
    )
    .argument('[app]', `what is staged first: ${APP_ARGUMENT}; or a droplet.tgz, which is run as it is`)
    .option(
      '-b, --buildpack <PATH|ZIP|URL|NAME=PATH|NAME=host|sidecar>',
      "as with `stage`; with NAME=host this machine's runtime stands in for the buildpack",
      listOption,
      [],
    )
    .option('--detect', 'as with `stage`: the first buildpack that says yes')
    .option('--stack <name>', 'as with `stage`: CF_STACK')
    .option('--cache <dir>', "as with `stage`: the app's cache, kept between stagings")
    .option('--keep <dir>', 'keep what staging made, droplet.tgz and result.json, there')
  addPushOptions(command)
    .option(
      '--memory <size>',
      'memory of the process, instead of the one in the manifest; default without either: 1G',
      memoryOption,
    )
    .option('--proxy-memory <size>', "what the platform's own proxy gets on top", memoryOption, { bytes: 0 })
    .option('--port <port>', '$PORT of the app; further instances get the next ports', portOption, 8080)
    .option('--process <type>', 'the process type to run; default: web (repeatable)', listOption, [])
    .option('--all', 'run every process type')
    .option(
      '--instances <n>',
      "instances of each process type; the machine's ports go on from --port",
      instancesOption,
      1,
    )
    .option('--task <command>', 'run a task instead, as with cf run-task: no sidecars, no checks, no restart')
    .option('--task-name <name>', 'name of the task in the log (default: random)')
    .option('--services <file>', 'bound services: JSON as in VCAP_SERVICES, or what `cf env APP` prints')
    .option('--env <NAME=VALUE>', 'a variable of the app (several)', assignmentsOption, new Map())
    .option(
      '--env-file <file>',
      'variables of the app: a .env file, or what `cf env APP` prints; --env overrides them',
    )
    .option('--env-from-shell <NAME>', 'a variable of your shell that the app gets (several)', listOption, [])
    .option(
      '--restart-delay <duration>',
      "between a crash and the restart, instead of the platform's",
      durationOption,
    )
    .option(
      '--health-interval <duration>',
      'time between health checks until the app is healthy; default: 2s, as on Cloud Foundry; with --watch: 200ms',
      durationOption,
    )
    .option(
      '--health-timeout <duration>',
      "time until the app has to be healthy, instead of the manifest's timeout; default: 60s",
      durationOption,
    )
    .addOption(
      new Option(
        '--log <form>',
        "form of the log: short, or cf as the platform's; default: short on a terminal, else cf",
      ).choices(['short', 'cf']),
    )
    .option(
      '--ssh',
      'add the log line of the SSH daemon, which ends with each instance where cf ssh is allowed',
    )
    .option('--max-restarts <n>', 'end with status 1 when that many restarts were not enough', countOption)
    .option('--rootfs <DIR|TAR>', "a stack's root file system for the app's container")
    .option('--no-container', 'run on this machine as it is, without a container')
    .option('--no-cgroup', 'watch the memory limit instead of letting the kernel hold it')
    .option('--watch', 'stage and start again when the app changes')
    .option('--detach', 'return when the app is healthy, and leave it running; `stop` ends it')
    .option('--no-status', 'no lines with the state of each process below the log of a terminal')
    .addHelpText(
      'after',
      `
Nothing of your shell's environment reaches the app but what --env-from-shell names.
While it runs, \`sidecar-buildpack ps\` shows the processes. Ctrl-C ends all, a second one kills.

Example:
  $ sidecar-buildpack run my-app -f my-app/manifest.yml --port 9000
  $ sidecar-buildpack run staged/droplet.tgz --memory 512M`,
    )
    .action(async (app: string | undefined, given: RunOptions) => {
      if (process.platform !== 'linux') throw new InputError('running an app needs Linux, bash and tar')
      if (given.detach && !isDetached(line)) return exit(await detach(logForm(given, line), line))
      const options = await withEnvFile(given, line)
      const read = await readInputs(app, options, line)
      const { path, manifest } = read
      const droplet = await isDroplet(path, read.shown)
      fromShell(options.envFromShell, line) // what is missing there is said before the app is staged
      const { containerOf } = await import('./stage.ts')
      const { run, stageAndRun } = await import('../run-app.ts')
      const inputs = { ...read, container: await containerOf(options, line) }
      if (!droplet) exit(await stageAndRun(options, inputs, line))
      else
        exit(
          (await run(path, options, { ...inputs, name: manifest?.name ?? basename(dirname(path)) }, line))
            .status,
        )
    })
}
