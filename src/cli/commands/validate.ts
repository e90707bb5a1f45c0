import { join, resolve } from 'node:path'
import { describeProblem, type Problem, Problems } from '../../config/problems.ts'
import type { Configuration } from '../../config/sidecar.ts'
import type { AppManifest } from '../../manifest/app-manifest.ts'
import { checkAgainstManifest } from '../../manifest/rules.ts'
import { type Inspected, inspectApp } from '../../phases/inspect.ts'
import { checkWorkingDirs } from '../../phases/working-dirs.ts'
import { DEFAULT_STACK } from '../../platform/stacks.ts'
import { withAppFolder } from '../app-folder.ts'
import type { CommandLine, RegisterCommand } from '../command-line.ts'
import { type ManifestOptions, readManifestFile } from '../manifest-file.ts'
import { refuseAppAlone } from '../options.ts'
import { ownBuildpack } from '../own-buildpack.ts'

interface Options extends ManifestOptions {
  readonly stack?: string
  readonly json?: true
}

/** `sidecar-buildpack validate`: what supply, and the platform after it, would say. */
export const registerValidate: RegisterCommand = (program, line, exit) => {
  program
    .command('validate')
    .description("check an app's sidecars.yml as staging would, and against its manifest")
    .argument('[app]', 'a folder, jar, war or zip', '.')
    .option('-f, --manifest <file>', 'the app manifest: also checks what the platform would say of both')
    .option('--app <name>', 'which application of a manifest that has several')
    .hook('preAction', refuseAppAlone)
    .option(
      '--stack <name>',
      'the stack that the files must run on; default: of the manifest, else cflinuxfs4',
    )
    .option('--json', 'problems as JSON on standard output')
    .addHelpText('after', '\nExample:\n  $ sidecar-buildpack validate . -f manifest.yml')
    .action(async (app: string, options: Options) => {
      const { problems, configuration, found } = await validate(resolve(line.cwd, app), options, line)
      const refused = problems.some(({ severity }) => severity === 'error')
      if (options.json) {
        const none = { severity: 'error', what: `${app} has no sidecars.yml` }
        const all = found || refused ? problems : [...problems, none]
        line.out(`${JSON.stringify({ valid: found && !refused, problems: all }, null, 2)}\n`)
      } else report(problems, configuration, found, app, line)
      exit(refused || !found ? 1 : 0)
    })
}

async function validate(app: string, options: Options, line: CommandLine) {
  const problems = new Problems()
  const manifest = await readManifestFile(options, line.cwd, problems)
  const inspected = await withAppFolder(app, async (appDir) => {
    const seen = await inspectApp(
      {
        ...ownBuildpack(),
        buildDir: appDir,
        cacheDir: join(appDir, '.no-cache'),
        depsDir: join(appDir, '.no-deps'),
        index: '0',
        env: {
          CF_STACK: options.stack ?? manifest?.stack ?? DEFAULT_STACK,
          ...Object.fromEntries(manifest?.env ?? []),
        },
        log: { step() {}, info() {}, warning() {}, error() {}, debug() {} },
        clock: () => new Date(),
        assumesConditions: true,
        manifestTypes: [...(manifest?.processes.keys() ?? [])],
      },
      problems,
    )
    checkWorkingDirs(seen.configuration, appDir, problems)
    await checkJavaMemory(seen, manifest, appDir, problems)
    return seen
  })
  if (manifest) checkAgainstManifest(inspected.configuration, manifest, problems, inspected.java?.app)
  return {
    problems: problems.sorted(),
    configuration: inspected.configuration,
    found: inspected.hasConfiguration,
  }
}

/** Staging knows no more than the most that a container can have; the manifest says what web will have. */
async function checkJavaMemory(
  { configuration, java }: Inspected,
  manifest: AppManifest | undefined,
  appDir: string,
  problems: Problems,
): Promise<void> {
  const memory = manifest?.processes.get('web')?.memory
  if (!memory || !java?.app || problems.hasErrors) return
  const beside = manifest.sidecars.filter(({ processTypes }) => processTypes.includes('web'))
  const left = beside.reduce((bytes, each) => bytes - (each.memory?.bytes ?? 0), memory.bytes)
  const { checkMost } = await import('../../java/check-java-app.ts')
  checkMost(configuration, java.settings, appDir, String(left), problems)
}

function report(
  problems: readonly Problem[],
  { sidecars }: Configuration,
  found: boolean,
  app: string,
  line: CommandLine,
) {
  for (const each of problems) line.err(`${each.severity}: ${describeProblem(each)}\n`)
  const errors = problems.filter(({ severity }) => severity === 'error').length
  if (errors > 0) line.err(`${errors} ${errors === 1 ? 'error' : 'errors'}: staging would refuse ${app}\n`)
  else if (!found) line.err(`${app} has no sidecars.yml\n`)
  else
    line.out(
      `${app}: ${sidecars.length} ${sidecars.length === 1 ? 'sidecar' : 'sidecars'}, staging would take it\n`,
    )
}
