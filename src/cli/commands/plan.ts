import { resolve } from 'node:path'
import type { MemorySize } from '../../config/memory-size.ts'
import { Problems } from '../../config/problems.ts'
import type { CommandLine, RegisterCommand } from '../command-line.ts'
import { warn } from '../explain.ts'
import { type ManifestOptions, readManifestFile } from '../manifest-file.ts'
import { memoryOption, refuseAppAlone } from '../options.ts'

interface Options extends ManifestOptions {
  readonly memory: MemorySize
  readonly json?: boolean
}

/** `sidecar-buildpack plan`: what the platform will make of an app and its sidecars, without staging it. */
export const registerPlan: RegisterCommand = (program, line, exit) => {
  program
    .command('plan')
    .description('show every process, sidecar and port, and whether the memory will do')
    .argument('[app]', 'a folder, jar, war or zip', '.')
    .addOption(
      program
        .createOption('--memory <size>', 'of a process that the manifest gives none')
        .argParser(memoryOption)
        .default(memoryOption('1G'), '1G'),
    )
    .option('-f, --manifest <file>', 'the app manifest: its memory, env, processes and sidecars count')
    .option('--app <name>', 'which application of a manifest that has several')
    .hook('preAction', refuseAppAlone)
    .option('--json', 'as JSON, sizes in bytes')
    .addHelpText(
      'after',
      `
Ends with 1 when a process will not start. Nothing is staged, and no Java is needed.

Example:
  $ sidecar-buildpack plan target/my-app.jar --memory 1G`,
    )
    .action(async (app: string, options: Options) => {
      exit(await plan(app, options, line))
    })
}

async function plan(path: string, options: Options, line: CommandLine): Promise<number> {
  const { withApp } = await import('../../plan/planned-app.ts')
  const { makePlan } = await import('../../plan/plan.ts')
  const { drawPlan } = await import('../../plan/draw.ts')
  const { readConfiguration } = await import('../../config/read.ts')
  const ofManifest = new Problems()
  const manifest = await readManifestFile(options, line.cwd, ofManifest)
  ofManifest.throwIfErrors()
  warn(ofManifest, line)
  const env = Object.fromEntries(manifest?.env ?? [])
  const planned = await withApp(resolve(line.cwd, path), env, async (app) => {
    const problems = new Problems()
    const { configuration } = readConfiguration({ appDir: app.configDir, env }, problems)
    problems.throwIfErrors()
    warn(problems, line)
    return makePlan({ app, configuration, memory: options.memory, env, ...(manifest && { manifest }) })
  })
  line.out(options.json ? `${JSON.stringify(planned, null, 2)}\n` : drawPlan(planned))
  return planned.willStart ? 0 : 1
}
