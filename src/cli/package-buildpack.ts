/** What the command `package` does; the work is in src/packaging/package. */
import { relative, resolve, sep } from 'node:path'
import { ownFolder } from '../buildpack/own-folder.ts'
import type { GatherRequest } from '../packaging/package/gather.ts'
import { type Packaged, packageBuildpack } from '../packaging/package/package-buildpack.ts'
import { packageSummary } from '../packaging/package/summary.ts'
import type { MemorySize } from '../platform/memory-size.ts'
import { STACK_NAMES } from '../platform/stacks.ts'
import { describeProblem } from '../problems/problems.ts'
import { describeBytes } from '../system/byte-size.ts'
import { cacheDirectory } from '../system/cache-directory.ts'
import type { CommandLine } from './command-line.ts'
import { sourceContext } from './source-context.ts'

export interface PackageOptions {
  readonly cached?: true
  readonly sidecars?: string
  readonly name?: string
  readonly version?: string
  readonly stack?: string
  readonly node?: string
  readonly from?: string
  readonly maxSize?: MemorySize
  readonly output?: string
  readonly sbom?: string
  readonly summary?: true
  readonly json?: true
}

/** The command `package`. @returns what it prints */
export async function packageAndDescribe(options: PackageOptions, line: CommandLine): Promise<string> {
  if (options.summary) return summary(options, line)
  const packaged = await run(options, line)
  return options.json ? asJson(packaged, options, line) : describe(packaged, line)
}

async function summary(options: PackageOptions, line: CommandLine): Promise<string> {
  const tables = await packageSummary(contentOf(options, line))
  return tables === '' ? 'No dependencies and no sidecars.\n' : tables
}

function run(options: PackageOptions, line: CommandLine): Promise<Packaged> {
  const path = (given: string) => resolve(line.cwd, given)
  return packageBuildpack({
    ...contentOf(options, line),
    cached: options.cached ?? false,
    out: folderKept(path, options.output ?? '.'),
    keep: cacheDirectory(line.env),
    env: line.env,
    say: (text: string) => line.err(`${text}\n`),
    ...(options.node !== undefined && { node: path(options.node) }),
    ...(options.from !== undefined && { from: path(options.from) }),
    ...(options.sbom !== undefined && { sbom: path(options.sbom) }),
    ...(options.maxSize && { maxSize: options.maxSize.bytes }),
  })
}

function contentOf(options: PackageOptions, line: CommandLine): GatherRequest {
  return {
    root: ownFolder(),
    // Without --stack, the oldest stack decides what can run.
    sources: sourceContext(line, options.stack ?? STACK_NAMES[0]),
    ...(options.sidecars !== undefined && { sidecars: resolve(line.cwd, options.sidecars) }),
    ...(options.name !== undefined && { name: options.name }),
    ...(options.version !== undefined && { version: options.version }),
    ...(options.stack !== undefined && { stack: options.stack }),
  }
}

/** `out/` is a directory, even if it does not exist. */
function folderKept(path: (given: string) => string, given: string): string {
  return path(given) + (given.endsWith('/') || given.endsWith(sep) ? sep : '')
}

function describe(
  { file, bytes, sha256, identity, node, dependencies, warnings }: Packaged,
  { cwd }: CommandLine,
) {
  return [
    ...warnings.map((each) => `warning: ${describeProblem(each)}`),
    ...(node.isPinned
      ? []
      : [
          `warning: the package includes a Node.js that is not the pinned one; its SHA-256 is ${node.sha256}`,
        ]),
    `${relative(cwd, file) || file}: ${identity.name} ${identity.version}, ${describeBytes(bytes)}`,
    ...dependencies.map((each) => `  includes ${each}`),
    `  SHA-256 ${sha256}`,
    '',
  ].join('\n')
}

function asJson(
  { file, bytes, sha256, identity, node, dependencies, warnings }: Packaged,
  { sbom }: PackageOptions,
  { cwd }: CommandLine,
): string {
  return `${JSON.stringify(
    {
      file,
      bytes,
      sha256,
      name: identity.name,
      version: identity.version,
      node: { sha256: node.sha256, pinned: node.isPinned },
      dependencies,
      ...(sbom !== undefined && { sbom: resolve(cwd, sbom) }),
      warnings: warnings.map(describeProblem),
    },
    null,
    2,
  )}\n`
}
