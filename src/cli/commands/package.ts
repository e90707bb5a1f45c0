import { relative, resolve, sep } from 'node:path'
import type { Command } from 'commander'
import { ownFolder } from '../../buildpack/own-folder.ts'
import type { GatherRequest } from '../../packaging/package/gather.ts'
import { type Packaged, packageBuildpack } from '../../packaging/package/package-buildpack.ts'
import { packageSummary } from '../../packaging/package/summary.ts'
import type { MemorySize } from '../../platform/memory-size.ts'
import { STACK_NAMES } from '../../platform/stacks.ts'
import { describeProblem } from '../../problems/problems.ts'
import { describeBytes } from '../../system/byte-size.ts'
import { cacheDirectory } from '../../system/cache-directory.ts'
import type { CommandLine, RegisterCommand } from '../command-line.ts'
import { memoryOption } from '../options.ts'
import { sourceContext } from '../source-context.ts'

interface Options {
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

/** `sidecar-buildpack package`: the zip for `cf create-buildpack`. */
export const registerPackage: RegisterCommand = (program, line) => {
  program
    .command('package')
    .description('build a buildpack zip for `cf create-buildpack`: this buildpack, or your own')
    .option('--cached', 'include every dependency, so that staging needs no network')
    .option('--sidecars <dir>', 'your own buildpack: a directory with a sidecars.yml and the files it uses')
    .option('--name <name>', 'its name; default: the name of the directory')
    .option(
      '--version <version>',
      'its version; default: the content of VERSION in the directory, else 0.1.0',
    )
    .option('--stack <stack>', 'only for this stack, for example cflinuxfs4; default: any')
    .option('--node <file>', 'the Node.js to include: the binary of an official Linux x64 release')
    .option('--from <zip>', 'take Node.js from an earlier package')
    .option(
      '--max-size <size>',
      'fail if the zip is larger (256M, 1G); your platform may have a limit',
      memoryOption,
    )
    .option('-o, --output <zip>', 'file or directory; default: the usual name in the current directory')
    .option('--sbom <file>', 'also write the SBOM (CycloneDX JSON) that the zip contains to this file')
    .option('--summary', 'only print the dependencies and sidecars, as tables in Markdown')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Without --node and --from, npm downloads Node.js once; it is kept in ~/.cache/sidecar-buildpack.

Example, your own buildpack:
  $ ls acme
  acme-agent  sidecars.yml
  $ sidecar-buildpack package --sidecars acme --version 1.0.0
  $ cf create-buildpack acme_buildpack acme_buildpack-v1.0.0.zip 99`,
    )
    .action(async (options: Options, command: Command) => {
      if (options.summary && options.json)
        command.error('error: --summary and --json cannot be used together')
      if (options.summary) return line.out(await summary(options, line))
      const packaged = await run(options, line)
      line.out(options.json ? asJson(packaged, options, line) : describe(packaged, line))
    })
}

async function summary(options: Options, line: CommandLine): Promise<string> {
  const tables = await packageSummary(contentOf(options, line))
  return tables === '' ? 'No dependencies and no sidecars.\n' : tables
}

function run(options: Options, line: CommandLine): Promise<Packaged> {
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

function contentOf(options: Options, line: CommandLine): GatherRequest {
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
  { sbom }: Options,
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
