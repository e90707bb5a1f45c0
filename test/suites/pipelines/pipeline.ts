/** One pipeline: laid out as the platform lays buildpacks out, staged, and its web process and sidecars launched. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { prepareLaunch } from '../../../src/lifecycle/launching/launch.ts'
import type { Buildpack } from '../../../src/lifecycle/staging/buildpack.ts'
import { type StagingOutcome, stageDroplet } from '../../../src/lifecycle/staging/stage-droplet.ts'
import { LEAST_STAGING_MEMORY, stagingEnv } from '../../../src/lifecycle/staging/staging-env.ts'
import { DEFAULT_STACK } from '../../../src/platform/stacks.ts'
import { writeFiles } from '../../support/files.ts'
import { freePort } from '../../support/free-port.ts'

const app = join(import.meta.dirname, '../../../fixtures/pipelines/app')
const PATIENCE_MS = 20_000

export interface Staged extends StagingOutcome {
  readonly log: string
  /** The unpacked droplet. */
  readonly droplet: string
}

export interface PipelineOptions {
  /** A folder of its own, empty. */
  readonly root: string
  /** Names are unique: the platform's folders are named by their hash. */
  readonly buildpacks: readonly Buildpack[]
  /** Further files of the app. */
  readonly files: Readonly<Record<string, string>>
  readonly env: ReadonlyMap<string, string>
  readonly detect: boolean
}

/** @returns where the app, its cache and the buildpacks lie, each buildpack in the folder that its name hashes to */
export function layOut({ root, buildpacks, files }: PipelineOptions): readonly Buildpack[] {
  cpSync(app, join(root, 'app'), { recursive: true })
  mkdirSync(join(root, 'home'))
  writeFiles(join(root, 'app'), files)
  return buildpacks.map(({ name, directory }) => {
    const target = join(root, 'buildpacks', createHash('md5').update(name).digest('hex'))
    mkdirSync(dirname(target), { recursive: true })
    execFileSync('cp', ['-a', directory, target])
    return { name, directory: target }
  })
}

export function environmentOf({ root, env }: PipelineOptions): Readonly<Record<string, string>> {
  return stagingEnv({
    appName: 'pipeline',
    memory: LEAST_STAGING_MEMORY,
    stack: DEFAULT_STACK,
    env,
    services: '{}',
    home: join(root, 'home'),
    host: { PATH: process.env.PATH },
  })
}

export async function stagePipeline(options: PipelineOptions): Promise<Staged> {
  const { root } = options
  const [first, ...others] = layOut(options)
  if (!first) throw new Error('no buildpack')
  let log = ''
  const take = (chunk: Buffer) => {
    log += chunk.toString()
  }
  const droplet = join(root, 'vcap')
  const archive = join(root, 'droplet.tgz')
  const outcome = await stageDroplet({
    buildDir: join(root, 'app'),
    buildpacks: [first, ...others],
    detect: options.detect,
    env: environmentOf(options),
    cacheDir: join(root, 'cache'),
    output: { droplet: archive, result: join(root, 'result.json') },
    workDir: root,
    stdout: take,
    stderr: take,
  })
  if (existsSync(archive)) {
    mkdirSync(droplet)
    execFileSync('tar', ['-xzf', archive, '-C', droplet])
  }
  return { ...outcome, log, droplet }
}

/** A process as it is spawned. */
export interface Spawnable {
  readonly file: string
  readonly argv: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
}

export type Launcher = (
  dropletDir: string,
  command: string,
  env: Readonly<Record<string, string>>,
) => Promise<Spawnable>

export const ownLauncher: Launcher = async (dropletDir, command, env) => {
  const launch = await prepareLaunch({ dropletDir, command, env })
  if (launch.kind === 'refused') throw new Error(launch.stderr)
  return launch
}

/** What a process of the container was given, by its own account. */
export interface Given {
  readonly memory: string
  readonly greeting: string
  readonly effects: readonly string[]
}

export interface Observed {
  readonly app: Given & { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> }
  readonly sidecars: ReadonlyMap<string, Given>
}

export interface Container {
  /** MB of the whole container. */
  readonly memory: number
  /** MB that the platform gives the app's process. */
  readonly forTheApp: number
  readonly launcher?: Launcher
  /** A cgroup's folder that the processes are put into. */
  readonly cgroup?: string
}

/** Launches web and every sidecar of it, asks the app, and ends all. @throws Error with the output when one is not there in time */
export async function launchWeb(staged: Staged, container: Container): Promise<Observed> {
  const running: ChildProcess[] = []
  let output = ''
  const start = async (command: string, memory: number) => {
    const { file, argv, env, cwd } = await (container.launcher ?? ownLauncher)(
      staged.droplet,
      command,
      environment(memory),
    )
    const [argv0, ...args] = argv
    const [program, words]: [string, readonly string[]] = container.cgroup
      ? ['/bin/bash', ['-c', `echo $$ > ${container.cgroup}/cgroup.procs; exec "$@"`, 'bash', file, ...args]]
      : [file, args]
    const child = spawn(program, words, {
      ...(container.cgroup ? {} : { argv0 }),
      env,
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        output += String(chunk)
      })
    }
    running.push(child)
  }
  const port = await freePort()
  const environment = (memory: number) => platformEnvironment(port, memory)
  const sidecars = (staged.result?.sidecars ?? []).filter((each) => each.process_types.includes('web'))
  try {
    const web = staged.result?.process_types?.get('web')
    if (web === undefined) throw new Error(`no web process:\n${staged.log}`)
    await start(web, container.forTheApp)
    for (const each of sidecars) await start(each.command, each.memory ?? container.memory)
    const answer = await asked(
      port,
      () => output,
      () => running.every(({ exitCode }) => exitCode === null),
    )
    const told = await within(
      () => beacons(output),
      (found) => found.size === sidecars.length,
    )
    if (told.size !== sidecars.length) throw new Error(`not all sidecars run:\n${output}`)
    return { app: answer, sidecars: told }
  } finally {
    await Promise.all(running.map(ended))
  }
}

function platformEnvironment(port: number, memory: number): Readonly<Record<string, string>> {
  return {
    PATH: process.env.PATH ?? '',
    LANG: 'C.UTF-8',
    PORT: String(port),
    MEMORY_LIMIT: `${memory}m`,
    VCAP_APPLICATION: JSON.stringify({ process_type: 'web', limits: { mem: memory } }),
    VCAP_SERVICES: '{}',
  }
}

interface Answer {
  readonly env: Readonly<Record<string, string>>
  readonly args: readonly string[]
}

async function asked(port: number, output: () => string, allRun: () => boolean): Promise<Observed['app']> {
  const get = () =>
    fetch(`http://127.0.0.1:${port}`).then(
      async (response) => (await response.json()) as Answer,
      () => undefined,
    )
  const answer = await within(get, (found) => found !== undefined || !allRun())
  if (!answer) throw new Error(`the app does not answer:\n${output()}`)
  const { env, args } = answer
  return {
    env,
    args,
    memory: env.MEMORY_LIMIT ?? '',
    greeting: env.GREETING ?? '',
    effects: words(env.EFFECTS),
  }
}

function beacons(output: string): ReadonlyMap<string, Given> {
  const lines = output.matchAll(/^beacon (\S+) memory=(\S*) greeting=(\S*) effects=(.*)$/gm)
  return new Map(
    [...lines].map(([, name = '', memory = '', greeting = '', effects]) => [
      name,
      { memory, greeting, effects: words(effects) },
    ]),
  )
}

const words = (text = '') => text.split(' ').filter((word) => word !== '')

async function within<T>(look: () => T | Promise<T>, enough: (found: T) => boolean): Promise<T> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const found = await look()
    if (enough(found) || Date.now() > end) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Each leads a process group of its own. */
function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return resolve()
    child.once('exit', () => resolve())
    process.kill(-child.pid, 'SIGKILL')
  })
}
