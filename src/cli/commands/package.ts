import { homedir } from 'node:os'
import { join, relative, resolve, sep } from 'node:path'
import type { MemorySize } from '../../config/memory-size.ts'
import { describeProblem } from '../../config/problems.ts'
import { buildpackLog } from '../../log/log.ts'
import type { Packaged } from '../../packaging/package/package-buildpack.ts'
import { STACK_NAMES } from '../../platform/stacks.ts'
import { describeBytes } from '../byte-size.ts'
import type { CommandLine, RegisterCommand } from '../command-line.ts'
import { memoryOption } from '../options.ts'
import { redraw } from '../redraw.ts'

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
  readonly json?: true
}

/** `sidecar-buildpack package`: the zip for `cf create-buildpack`. */
export const registerPackage: RegisterCommand = (program, line) => {
  program
    .command('package')
    .description('build the buildpack zip for `cf create-buildpack`, of this buildpack or of one of your own')
    .option('--cached', 'carry every dependency, so that staging needs no network')
    .option('--sidecars <dir>', 'a buildpack of your own: a folder with sidecars.yml and what it names')
    .option('--name <name>', 'its name; default: the name of the folder')
    .option('--version <version>', 'its version; default: what VERSION in the folder says, else 0.1.0')
    .option('--stack <stack>', 'for this stack only, such as cflinuxfs4; default: any')
    .option('--node <file>', 'the Node.js to carry: the binary of an official Linux x64 release')
    .option('--from <zip>', 'take the Node.js out of an earlier package')
    .option(
      '--max-size <size>',
      'refuse a larger zip (256M, 1G): your platform may have a limit',
      memoryOption,
    )
    .option('-o, --output <zip>', 'file or folder; default: the usual name in the current folder')
    .option('--json', 'tell the result as JSON')
    .addHelpText(
      'after',
      `
Without --node and --from, Node.js comes by npm once and is kept in ~/.cache/sidecar-buildpack.

Example, a buildpack of your own:
  $ ls acme
  acme-agent  sidecars.yml
  $ sidecar-buildpack package --sidecars acme --version 1.0.0
  $ cf create-buildpack acme_buildpack acme_buildpack-v1.0.0.zip 99`,
    )
    .action(async (options: Options) => {
      const packaged = await run(options, line)
      line.out(options.json ? asJson(packaged) : describe(packaged, line))
    })
}

async function run(options: Options, line: CommandLine): Promise<Packaged> {
  const { packageBuildpack } = await import('../../packaging/package/package-buildpack.ts')
  const { ownFolder } = await import('../../buildpack/own-folder.ts')
  const keep = join(
    line.env.XDG_CACHE_HOME || join(line.env.HOME || homedir(), '.cache'),
    'sidecar-buildpack',
  )
  const path = (given: string) => resolve(line.cwd, given)
  const say = (text: string) => line.err(`${text}\n`)
  return packageBuildpack({
    root: ownFolder(),
    cached: options.cached ?? false,
    out: folderKept(path, options.output ?? '.'),
    keep,
    env: line.env,
    say,
    sources: {
      cacheDir: keep,
      // Without --stack the oldest one decides what can run.
      stack: options.stack ?? STACK_NAMES[0],
      env: line.env,
      log: buildpackLog(line.err, Boolean(line.env.BP_DEBUG)),
      clock: () => new Date(),
      ...(line.isTerminal && { draw: (text: string) => line.err(redraw(text)) }),
    },
    ...(options.sidecars !== undefined && { sidecars: path(options.sidecars) }),
    ...(options.node !== undefined && { node: path(options.node) }),
    ...(options.from !== undefined && { from: path(options.from) }),
    ...(options.name !== undefined && { name: options.name }),
    ...(options.version !== undefined && { version: options.version }),
    ...(options.stack !== undefined && { stack: options.stack }),
    ...(options.maxSize && { maxSize: options.maxSize.bytes }),
  })
}

/** `out/` is a folder, also where there is none. */
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
      : [`warning: the Node.js inside is not the pinned one, its sha256 is ${node.sha256}`]),
    `${relative(cwd, file) || file}: ${identity.name} ${identity.version}, ${describeBytes(bytes)}`,
    ...dependencies.map((each) => `  carries ${each}`),
    `  sha256 ${sha256}`,
    '',
  ].join('\n')
}

function asJson({ file, bytes, sha256, identity, node, dependencies, warnings }: Packaged): string {
  return `${JSON.stringify(
    {
      file,
      bytes,
      sha256,
      name: identity.name,
      version: identity.version,
      node: { sha256: node.sha256, pinned: node.isPinned },
      dependencies,
      warnings: warnings.map(describeProblem),
    },
    null,
    2,
  )}\n`
}
