/** What the command `plan` does: it shows how the platform will run an app and its sidecars, without staging it. */
import { writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { readConfiguration } from '../config/read.ts'
import { checkApp, describeConditions } from '../inspect/check-app.ts'
import type { JavaBuildpack } from '../java/calculators/calculator.ts'
import { javaBuildpackOfNames } from '../java/java-buildpack-name.ts'
import { drawPlan } from '../plan/draw.ts'
import { planPage } from '../plan/html/page.ts'
import { makePlan, type Plan } from '../plan/plan.ts'
import { folderApp, type PlannedApp, withApp } from '../plan/planned-app.ts'
import { describeSystemError } from '../platform/go/system-error.ts'
import type { MemorySize } from '../platform/memory-size.ts'
import { describeProblem, InputError, Problems } from '../problems/problems.ts'
import { refuseOtherContent } from '../system/output-file.ts'
import { withPushedFiles } from './app-folder.ts'
import type { CommandLine } from './command-line.ts'
import { ownBuildpack } from './own-buildpack.ts'
import { type PushedApp, type PushOptions, readPushedApp } from './pushed-app.ts'
import { readServicesFile } from './services-file.ts'

export interface PlanOptions extends PushOptions {
  readonly memory?: MemorySize
  readonly javaBuildpack?: JavaBuildpack
  readonly services?: string
  readonly env: ReadonlyMap<string, string>
  readonly html?: string
  readonly json?: boolean
}

/** The command `plan`. @returns the exit status */
export async function planAndShow(
  given: string | undefined,
  options: PlanOptions,
  line: CommandLine,
): Promise<number> {
  const problems = new Problems()
  const pushed = await readPushedApp(given, options, line, problems)
  problems.throwIfErrors()
  const planned = await planApp(pushed, options, line, problems)
  for (const each of problems.sorted()) line.err(`${each.severity}: ${describeProblem(each)}\n`)
  if (options.html !== undefined) {
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
  options: PlanOptions,
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

function javaBuildpackOf({ javaBuildpack }: PlanOptions, manifest: PushedApp['manifest']) {
  const known = javaBuildpack ?? javaBuildpackOfNames(manifest?.buildpacks ?? [])
  return known ? { javaBuildpack: known } : {}
}

function environmentOf(manifest: PushedApp['manifest'], { env }: PlanOptions): Record<string, string> {
  return { ...Object.fromEntries(manifest?.env ?? []), ...Object.fromEntries(env) }
}
