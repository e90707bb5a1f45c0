import { readFile, stat } from 'node:fs/promises'
import { basename, relative, resolve } from 'node:path'
import { toMegabytes } from '../../config/memory-size.ts'
import { describeProblem, InputError, Problems } from '../../config/problems.ts'
import type { AppManifest } from '../../lifecycle/app-manifest.ts'
import type { StagedDroplet } from '../../lifecycle/stage-app.ts'
import type { BuildpackSource } from '../../lifecycle/staging/buildpack-source.ts'
import type { CommandLine, RegisterCommand } from '../command-line.ts'

interface Options {
  readonly buildpack: readonly string[]
  readonly detect?: true
  readonly manifest?: string
  readonly app?: string
  readonly output: string
  readonly cache?: string
  readonly stack?: string
  readonly env: readonly string[]
  readonly services?: string
  readonly json?: true
}

/** `sidecar-buildpack stage`: an app into a droplet, as the platform does it. */
export const registerStage: RegisterCommand = (program, line, exit) => {
  const several = (text: string, before: readonly string[]) => [...before, text]
  program
    .command('stage')
    .description('stage an app into a droplet as Cloud Foundry does, through one or more buildpacks')
    .argument('<app>', 'a folder, a jar, a war or a zip')
    .option('-b, --buildpack <PATH|ZIP|NAME=PATH|sidecar>', 'in order, the last is final', several, [])
    .option('--detect', 'name no buildpack to the platform: the first whose bin/detect says yes stages alone')
    .option('-f, --manifest <file>', 'the app manifest: its buildpacks, env, memory and stack count')
    .option('--app <name>', 'which application of a manifest that has several')
    .option('-o, --output <dir>', 'gets droplet.tgz and result.json', 'staged')
    .option('--cache <dir>', "the app's cache, kept between stagings; default: an empty one each time")
    .option('--stack <name>', 'CF_STACK; default: of the manifest, else cflinuxfs4')
    .option(
      '--env <NAME=VALUE>',
      "a variable of the app, which wins over the manifest's (several)",
      several,
      [],
    )
    .option('--services <file>', 'VCAP_SERVICES: the JSON of the bound services')
    .option('--json', 'tell the result as JSON; what the buildpacks print goes to standard error')
    .addHelpText(
      'after',
      `
Without -b and without buildpacks in the manifest, this buildpack stages alone.
Of this machine's environment only PATH, the proxies and TMPDIR reach the buildpacks.

Example:
  $ sidecar-buildpack stage my-app -b sidecar -b java_buildpack=./java-buildpack.zip -o staged
  $ tar -tzf staged/droplet.tgz`,
    )
    .action(async (app: string, options: Options) => {
      const staged = await stage(app, options, line)
      line.out(await (options.json ? asJson(staged) : describe(staged, line)))
      exit(staged.exit === 0 ? 0 : 1)
    })
}

async function stage(app: string, options: Options, line: CommandLine): Promise<StagedDroplet> {
  const { stageApp } = await import('../../lifecycle/stage-app.ts')
  const { DEFAULT_STACK, LEAST_STAGING_MEMORY } = await import('../../lifecycle/staging/staging-env.ts')
  const { ownFolder } = await import('../../buildpack/own-folder.ts')
  const path = (given: string) => resolve(line.cwd, given)
  const manifest = await manifestOf(options, line)
  const memory = manifest?.processes.get('web')?.memory
  const own = await services(options, line)
  const to = (write: (text: string) => void) => {
    const decoder = new TextDecoder()
    return (chunk: Buffer) => write(decoder.decode(chunk, { stream: true }))
  }
  return stageApp({
    app: path(app),
    appName: manifest?.name ?? basename(path(app)),
    buildpacks: await buildpacksOf(options, manifest, line),
    detect: options.detect ?? false,
    own: ownFolder(),
    output: path(options.output),
    ...(options.cache !== undefined && { cacheDir: path(options.cache) }),
    stack: options.stack ?? manifest?.stack ?? DEFAULT_STACK,
    memory: Math.max(memory ? toMegabytes(memory) : 0, LEAST_STAGING_MEMORY),
    env: new Map([...(manifest?.env ?? []), ...options.env.map(assignment)]),
    services: own,
    host: line.env,
    stdout: to(options.json ? line.err : line.out),
    stderr: to(line.err),
  })
}

async function manifestOf({ manifest, app }: Options, line: CommandLine): Promise<AppManifest | undefined> {
  if (manifest === undefined) return undefined
  const { readAppManifest } = await import('../../lifecycle/app-manifest.ts')
  const problems = new Problems()
  const read = readAppManifest(await readText(manifest, line), manifest, problems, app)
  problems.throwIfErrors()
  for (const each of problems.sorted()) line.err(`warning: ${describeProblem(each)}\n`)
  return read
}

async function buildpacksOf(
  { buildpack }: Options,
  manifest: AppManifest | undefined,
  line: CommandLine,
): Promise<readonly [BuildpackSource, ...BuildpackSource[]]> {
  const { chooseBuildpacks, OWN_NAME, parseBuildpackSource } = await import(
    '../../lifecycle/staging/buildpack-source.ts'
  )
  const given = buildpack.map((each) => parseBuildpackSource(each, line.cwd))
  const named = manifest?.buildpacks ?? []
  const [first, ...others] = named.length > 0 ? chooseBuildpacks(named, given) : given
  return first ? [first, ...others] : [{ name: OWN_NAME }]
}

async function services({ services: file }: Options, line: CommandLine): Promise<string> {
  if (file === undefined) return '{}'
  const text = await readText(file, line)
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    throw new InputError(`${file} is not JSON; give what VCAP_SERVICES holds`)
  }
}

function assignment(text: string): readonly [string, string] {
  const equals = text.indexOf('=')
  if (equals < 1) throw new InputError(`--env ${text}: write NAME=VALUE`)
  return [text.slice(0, equals), text.slice(equals + 1)]
}

async function readText(file: string, { cwd }: CommandLine): Promise<string> {
  return readFile(resolve(cwd, file), 'utf8').catch((thrown: Error) => {
    throw new InputError(`${file} cannot be read: ${thrown.message}`)
  })
}

/** What a user wants to see at the end. */
async function describe({ exit, result, droplet }: StagedDroplet, { cwd }: CommandLine): Promise<string> {
  if (exit !== 0) return `Staging failed with status ${exit}, as it would on Cloud Foundry.\n`
  const { size } = await stat(droplet)
  const lines = [`${relative(cwd, droplet) || droplet}: ${(size / 1024 ** 2).toFixed(1)} MiB`]
  for (const { type, command } of result?.processes ?? []) lines.push(`  process ${type}: ${command}`)
  for (const { name, process_types, memory, command } of result?.sidecars ?? []) {
    const reserved = memory ? `, ${memory}M` : ''
    lines.push(`  sidecar ${name} (${process_types.join(', ')}${reserved}): ${command}`)
  }
  return `${lines.join('\n')}\n`
}

async function asJson({ exit, result, droplet }: StagedDroplet): Promise<string> {
  const { renderGoJson } = await import('../../lifecycle/go/json.ts')
  const written = exit === 0 ? droplet : undefined
  return `${renderGoJson({ exit, droplet: written, result: result ?? null })}\n`
}
