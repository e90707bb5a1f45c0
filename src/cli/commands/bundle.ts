/** `sidecar-buildpack bundle`: reads arguments and prints messages; the work is in src/packaging/bundle. */

import type { Command } from 'commander'
import { quote } from '../../droplet/shell-quote.ts'
import { bundle } from '../../packaging/bundle/bundle.ts'
import type { BundleRequest, BundleResult } from '../../packaging/bundle/request.ts'
import { type Undone, undoBundle } from '../../packaging/bundle/undo.ts'
import { describeProblem } from '../../problems/problems.ts'
import { describeBytes } from '../../system/byte-size.ts'
import type { CommandLine, RegisterCommand } from '../command-line.ts'
import { listOption } from '../options.ts'
import { ownBuildpack } from '../own-buildpack.ts'
import { progressLine } from '../progress-line.ts'

interface Options {
  readonly sidecar: readonly string[]
  readonly config?: string
  readonly output?: string
  readonly inPlace?: boolean
  readonly replace?: boolean
  readonly undo?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  sidecar-buildpack bundle app.jar --sidecar config-server
  sidecar-buildpack bundle app.jar --sidecar build/otelcol=sidecars/otelcol --config sidecars.yml -o app-with-sidecar.jar
  sidecar-buildpack bundle app.jar --sidecar config-server --in-place
  sidecar-buildpack bundle app.jar --undo
`

export const registerBundle: RegisterCommand = (program, line, exit) => {
  program
    .command('bundle')
    .description('add sidecars and a sidecars.yml to a jar, war or zip')
    .argument('<jar>', 'the jar, war or zip to push')
    .option(
      '-s, --sidecar <file=path>',
      'file or directory to add; =path sets its path in the archive, by default its own name (repeatable)',
      listOption,
      [],
    )
    .option('-c, --config <file>', 'the sidecars.yml to add; default: generated for a single sidecar')
    .option('-o, --output <file>', 'write the result to this file, and do not change the jar')
    .option('--in-place', 'modify the jar itself (fast for large jars); --undo reverts it')
    .option('--replace', 'replace existing entries that differ')
    .option('--undo', 'revert the last --in-place')
    .option('--dry-run', 'only print the changes')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (jar: string, options: Options, command: Command) => {
      refuseContradictions(options, command)
      if (options.undo) return undo(jar, options, line)
      const request: BundleRequest = {
        jar,
        sidecars: options.sidecar,
        ...(options.config !== undefined && { config: options.config }),
        ...(options.output !== undefined && { out: options.output }),
        inPlace: options.inPlace ?? false,
        replace: options.replace ?? false,
        dryRun: options.dryRun ?? false,
      }
      exit(await run(request, options, line))
    })
}

function refuseContradictions(options: Options, command: Command): void {
  const hasInput = options.sidecar.length > 0 || options.config !== undefined
  if (options.undo && (hasInput || options.output !== undefined || options.inPlace || options.replace)) {
    command.error('error: --undo can only be combined with --dry-run and --json')
  }
  if (options.inPlace && options.output !== undefined) {
    command.error('error: --in-place and -o cannot be used together')
  }
  if (!options.undo && !hasInput) command.error('error: nothing to add; pass --sidecar or --config')
}

async function run(request: BundleRequest, options: Options, line: CommandLine): Promise<number> {
  const progress = progressLine('', line, options.json === true)
  const result = await bundle(request, {
    cwd: line.cwd,
    buildpack: ownBuildpack(),
    clock: () => new Date(),
    onProgress: progress.show,
  }).finally(progress.clear)
  if (options.json) line.out(`${JSON.stringify({ jar: request.jar, dryRun: request.dryRun, ...result })}\n`)
  else describe(request, result, line)
  return 0
}

function describe(request: BundleRequest, result: BundleResult, line: CommandLine): void {
  const would = request.dryRun ? 'would be ' : ''
  if (result.restoredTo !== undefined) {
    const was = request.dryRun ? 'would be' : 'was'
    line.out(
      `An earlier run was interrupted; ${request.jar} ${was} restored to ${result.restoredTo} bytes first.\n`,
    )
  }
  for (const { path, bytes, compressedBytes, mode } of result.added) {
    const sizes = path.endsWith('/') ? 'directory' : sizesOf(bytes, compressedBytes)
    const kind = result.replaced.includes(path) ? 'replaced' : 'added'
    line.out(`  ${path}  ${sizes}  0${mode.toString(8)}  ${would}${kind}\n`)
  }
  for (const path of result.unchanged) {
    const isChanged = result.madeExecutable.includes(path)
    line.out(`  ${path}  unchanged${isChanged ? `, ${would}made executable (0755)` : ''}\n`)
  }
  for (const each of result.warnings) line.err(`${each.severity}: ${describeProblem(each)}\n`)
  line.out(`${summary(request, result)}\n`)
}

function summary(request: BundleRequest, result: BundleResult): string {
  const isNothing = result.added.length === 0 && result.madeExecutable.length === 0
  if (isNothing && result.bytesAfter === undefined) {
    return `${result.out} already contains these files; nothing was changed.`
  }
  if (request.dryRun) return `${result.out} would be written; nothing was changed.`
  const made = result.config.made
    ? ` Generated ${result.config.path} with default name and memory. To use your own: --config FILE --replace.`
    : ''
  const undo = request.inPlace ? ` To revert: sidecar-buildpack bundle ${quote(request.jar)} --undo` : ''
  return `${result.out} is ready for cf push (${describeBytes(result.bytesAfter ?? 0)}).${made}${undo}`
}

async function undo(jar: string, options: Options, line: CommandLine): Promise<void> {
  const undone = await undoBundle(jar, line.cwd, options.dryRun === true)
  if (options.json) line.out(`${JSON.stringify({ jar, dryRun: options.dryRun === true, ...undone })}\n`)
  else line.out(`${describeUndone(jar, undone, options.dryRun === true)}\n`)
}

function describeUndone(jar: string, { what, bytesAfter }: Undone, dryRun: boolean): string {
  const is = dryRun ? 'would be' : 'is'
  const run = what === 'finished' ? 'the last bundle --in-place' : 'the interrupted bundle --in-place'
  return `${jar} ${is} what it was before ${run} (${bytesAfter} bytes).`
}

function sizesOf(bytes: number, compressedBytes: number | undefined): string {
  return compressedBytes === undefined
    ? describeBytes(bytes)
    : `${describeBytes(bytes)} → ${describeBytes(compressedBytes)}`
}
