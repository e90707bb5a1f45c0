import { DEFAULT_STACK } from '../../platform/stacks.ts'
import type { RegisterCommand } from '../command-line.ts'
import { APP_ARGUMENT, addPushOptions, assignmentsOption, listOption } from '../options.ts'
import type { StageOptions } from '../staging.ts'

/** `sidecar-buildpack stage`: stages an app into a droplet, as the platform does. */
export const registerStage: RegisterCommand = (program, line, exit) => {
  const command = program
    .command('stage')
    .description('stage an app into a droplet as Cloud Foundry does, through one or more buildpacks')
    .argument('[app]', APP_ARGUMENT)
    .option(
      '-b, --buildpack <PATH|ZIP|URL|NAME=PATH|sidecar>',
      'in order, the last is the final buildpack; if all are NAME=…, they locate the buildpacks of the manifest',
      listOption,
      [],
    )
    .option('--detect', 'use the first buildpack whose bin/detect succeeds')
  addPushOptions(command)
    .option('-o, --output <dir>', 'directory for droplet.tgz and result.json', 'staged')
    .option(
      '--cache <dir>',
      "directory for the app's build cache, kept between stagings; default: an empty cache each time",
    )
    .option('--stack <name>', `value of CF_STACK; default: the stack of the manifest, else ${DEFAULT_STACK}`)
    .option(
      '--env <NAME=VALUE>',
      'set an environment variable of the app; overrides the manifest (repeatable)',
      assignmentsOption,
      new Map(),
    )
    .option(
      '--env-file <file>',
      'read environment variables of the app from a .env file, or from the output of `cf env APP`; --env overrides them',
    )
    .option('--services <file>', 'bound services: JSON as in VCAP_SERVICES, or the output of `cf env APP`')
    .option('--rootfs <DIR|TAR>', 'run the buildpacks in this root file system of a stack')
    .option(
      '--no-container',
      'run the buildpacks directly on this machine, at other paths than on Cloud Foundry',
    )
    .option('--json', 'print the result as JSON; the output of the buildpacks goes to standard error')
    .addHelpText(
      'after',
      `
Without -b and buildpacks in the manifest, only this buildpack stages the app.
From your shell's environment, buildpacks only get PATH, TMPDIR, HTTP_PROXY, HTTPS_PROXY and NO_PROXY
(also in lower case), SSL_CERT_FILE and SSL_CERT_DIR.

Example:
  $ sidecar-buildpack stage my-app -b sidecar -b java_buildpack=./java-buildpack.zip -o staged
  $ tar -tzf staged/droplet.tgz`,
    )
    .action(async (app: string | undefined, given: StageOptions) => {
      const { stageAndDescribe } = await import('../staging.ts')
      exit(await stageAndDescribe(app, given, line))
    })
}
