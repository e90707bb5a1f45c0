/** What the command `bundle` does; the work is in src/packaging/bundle. */
import { quote } from '../droplet/shell-quote.ts'
import { bundle } from '../packaging/bundle/bundle.ts'
import type { BundleRequest, BundleResult } from '../packaging/bundle/request.ts'
import { type Undone, undoBundle } from '../packaging/bundle/undo.ts'
import { describeProblem } from '../problems/problems.ts'
import { describeBytes } from '../system/byte-size.ts'
import type { CommandLine } from './command-line.ts'
import { ownBuildpack } from './own-buildpack.ts'
import { progressLine } from './progress-line.ts'

export interface BundleOptions {
  readonly sidecar: readonly string[]
  readonly config?: string
  readonly output?: string
  readonly inPlace?: boolean
  readonly replace?: boolean
  readonly undo?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** The command `bundle`. */
export async function bundleJar(jar: string, options: BundleOptions, line: CommandLine): Promise<void> {
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
  const progress = progressLine('', line, options.json === true)
  const result = await bundle(request, {
    cwd: line.cwd,
    buildpack: ownBuildpack(),
    clock: () => new Date(),
    onProgress: progress.show,
  }).finally(progress.clear)
  if (options.json) line.out(`${JSON.stringify({ jar: request.jar, dryRun: request.dryRun, ...result })}\n`)
  else describe(request, result, line)
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

async function undo(jar: string, options: BundleOptions, line: CommandLine): Promise<void> {
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
