import { writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { readConfiguration } from '../../config/read.ts'
import { checkApp, describeConditions } from '../../inspect/check-app.ts'
import type { JavaBuildpack } from '../../java/calculators/calculator.ts'
import { javaBuildpackOfNames } from '../../java/java-buildpack-name.ts'
import { drawPlan } from '../../plan/draw.ts'
import { makePlan, type Plan } from '../../plan/plan.ts'
import { folderApp, type PlannedApp, withApp } from '../../plan/planned-app.ts'
import { describeSystemError } from '../../platform/go/system-error.ts'
import type { MemorySize } from '../../platform/memory-size.ts'
import { describeProblem, InputError, Problems } from '../../problems/problems.ts'
import { refuseOtherContent } from '../../system/output-file.ts'
import { withPushedFiles } from '../app-folder.ts'
import type { CommandLine, RegisterCommand } from '../command-line.ts'
import {
  APP_ARGUMENT,
  addPushOptions,
  assignmentsOption,
  javaBuildpackOption,
  MEMORY_OPTION,
  memoryOption,
} from '../options.ts'
import { ownBuildpack } from '../own-buildpack.ts'
import { type PushedApp, type PushOptions, readPushedApp } from '../pushed-app.ts'
import { readServicesFile } from '../services-file.ts'

interface Options extends PushOptions {
  readonly memory?: MemorySize
  readonly javaBuildpack?: JavaBuildpack
  readonly services?: string
  readonly env: ReadonlyMap<string, string>
  readonly html?: string
  readonly json?: boolean
}

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
  addPushOptions(command)
    .option('--services <file>', 'bound services, for when: JSON as in VCAP_SERVICES')
    .option(
      '--env <NAME=VALUE>',
      'an environment variable of the app, for when (repeatable)',
      assignmentsOption,
      new Map(),
    )
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
    .action(async (app: string | undefined, options: Options) => {
      exit(await plan(app, options, line))
    })
}

async function plan(given: string | undefined, options: Options, line: CommandLine): Promise<number> {
  const problems = new Problems()
  const pushed = await readPushedApp(given, options, line, problems)
  problems.throwIfErrors()
  const planned = await planApp(pushed, options, line, problems)
  for (const each of problems.sorted()) line.err(`${each.severity}: ${describeProblem(each)}\n`)
  if (options.html !== undefined) {
    const { planPage } = await import('../../plan/html/page.ts')
    writePage(resolve(line.cwd, options.html), planPage(planned, problems.sorted()))
  }
  line.out(options.json ? `${JSON.stringify(planned, null, 2)}\n` : drawPlan(planned))
  return planned.willStart && !problems.hasErrors ? 0 : 1
}

/** Replaces an existing file. @throws InputError when it cannot be written */
function writePage(path: string, page: string): void {
  refuseOtherContent('--html', path, 'an HTML page')
  try {
    writeFileSync(path, page)
  } catch (thrown) {
    throw new InputError(
      `--html: cannot write ${path}: ${describeSystemError(thrown as NodeJS.ErrnoException)}`,
    )
  }
}

/** Includes the checks of `validate`. Unpacks only the necessary files of an archive, which may be large. */
async function planApp(
  { path, manifest }: PushedApp,
  options: Options,
  line: CommandLine,
  problems: Problems,
): Promise<Plan> {
  const services = options.services === undefined ? undefined : await readServicesFile(options.services, line)
  const env = environmentOf(manifest, options)
  const given = { ...(options.memory && { memory: options.memory }), ...javaBuildpackOf(options, manifest) }
  const planned = async (app: PlannedApp) => {
    const unreadable = new Problems()
    readConfiguration({ appDir: app.configDir, env }, unreadable)
    unreadable.throwIfErrors()
    const checked = await checkApp(
      {
        directory: app.configDir,
        appView: () => app.view,
        buildpack: ownBuildpack(),
        manifest,
        env: options.env,
        ...(services && { services: services.json }),
        ...given,
      },
      problems,
    )
    return makePlan({
      app,
      configuration: checked.possible,
      conditions: describeConditions(checked),
      env,
      ...(manifest && { manifest }),
      ...given,
    })
  }
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  return isFolder
    ? withPushedFiles(path, (directory) => planned(folderApp(directory, basename(path))))
    : withApp(path, env, planned)
}

function javaBuildpackOf({ javaBuildpack }: Options, manifest: PushedApp['manifest']) {
  const known = javaBuildpack ?? javaBuildpackOfNames(manifest?.buildpacks ?? [])
  return known ? { javaBuildpack: known } : {}
}

function environmentOf(manifest: PushedApp['manifest'], { env }: Options): Record<string, string> {
  return { ...Object.fromEntries(manifest?.env ?? []), ...Object.fromEntries(env) }
}
