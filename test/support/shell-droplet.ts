/** A droplet on disk with what staging generates for sidecars, and its processes launched as the platform launches them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type {
  EnvName,
  EnvValue,
  ProcessType,
  Sidecar,
  SidecarName,
  Template,
} from '../../src/config/sidecar.ts'
import { folderNames } from '../../src/droplet/folder-names.ts'
import { type DropletContext, type DropletPlan, planDroplet } from '../../src/droplet/plan.ts'
import type { StagedSidecar, Start } from '../../src/droplet/staged-sidecar.ts'
import { prepareLaunch } from '../../src/lifecycle/launching/launch.ts'
import { allProcesses } from '../../src/system/proc.ts'
import { inStack } from './in-stack.ts'

const PLACE = { file: 'sidecars.yml', line: 1, column: 1 }

/** `$NAME` in it is a variable. */
export function template(text: string): Template {
  return text
    .split(/(\$[A-Z_]+)/)
    .filter(Boolean)
    .map((each) => (each.startsWith('$') ? { variable: each.slice(1) as EnvName, place: PLACE } : each))
}

export const text = (value: string): EnvValue => ({ kind: 'text', text: template(value) })
export const literal = (value: string): EnvValue => ({ kind: 'text', text: [value] })
export const credential = (
  service: string | readonly string[],
  key?: string,
  otherwise?: string,
): EnvValue => ({
  kind: 'service',
  from: { services: [service].flat(), ...(key !== undefined && { credential: key }) },
  ...(otherwise !== undefined && { otherwise: template(otherwise) }),
})
export const env = (values: Readonly<Record<string, EnvValue>>) =>
  new Map(Object.entries(values) as [EnvName, EnvValue][])
export const types = (...names: string[]) => names as ProcessType[]

/** A sidecar with a name and the default of every other key. */
export function sidecar(name: string, more: Partial<Sidecar> = {}): Sidecar {
  return {
    name: name as SidecarName,
    place: PLACE,
    origin: { kind: 'app' },
    processTypes: types('web'),
    args: [],
    env: new Map(),
    hideEnv: [],
    onPath: false,
    appEnv: new Map(),
    restart: { policy: 'never' },
    locked: false,
    ...more,
  }
}

/** Sidecars as `sources` stages them: `executable` and `jar` have a home. */
export function stage(sidecars: readonly (readonly [Sidecar, Start])[]): readonly StagedSidecar[] {
  const folders = folderNames(sidecars.map(([{ name }]) => name))
  return sidecars.map(([each, start]) => ({
    sidecar: each,
    start,
    folder: folders.get(each.name) ?? '',
    hasHome: start.kind !== 'shell',
  }))
}

/** With paths relative to the droplet. */
export function plan(staged: readonly StagedSidecar[], more: Partial<DropletContext> = {}): DropletPlan {
  const { files, launch } = planDroplet({
    staged,
    index: '0',
    otherSidecars: [],
    earlierAffectsApp: false,
    ...more,
  })
  return { files: files.map((each) => ({ ...each, path: join('deps', each.path) })), launch }
}

export const shell = (command: string): Start => ({ kind: 'shell', command })

export interface RestartTiming {
  readonly firstDelay: number
  readonly longestDelay: number
  readonly goodRun: number
}

/** A start script with other delays of restarts, in milliseconds. */
export function withTiming(script: string, { firstDelay, longestDelay, goodRun }: RestartTiming): string {
  const delays = /__delay=1000\b/g
  return script
    .replace(
      /(__delay=)1000 __cap=30000 __good=6000\b/,
      `$1${firstDelay} __cap=${longestDelay} __good=${goodRun / 10}`,
    )
    .replace(delays, `__delay=${firstDelay}`)
}

export interface Outcome {
  readonly status: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

/** A running process and what it has written so far. */
export interface Running {
  readonly process: ChildProcess
  readonly written: { stdout: string; stderr: string }
  readonly ended: Promise<Outcome>
}

export class ShellDroplet {
  readonly dir = mkdtempSync(join(tmpdir(), 'shell-droplet-'))
  readonly #running = new Set<ChildProcess>()

  constructor(...plans: readonly DropletPlan[]) {
    for (const folder of ['app', 'tmp', 'deps', 'profile.d']) mkdirSync(join(this.dir, folder))
    for (const { files } of plans) for (const { path, text, mode } of files) this.write(path, text, mode)
  }

  write(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(join(this.dir, path)), { recursive: true })
    writeFileSync(join(this.dir, path), text)
    chmodSync(join(this.dir, path), mode)
  }

  /** Starts a process of the droplet; the environment is the given one and `PATH`. */
  async start(command: string, env: Readonly<Record<string, string>> = {}): Promise<Running> {
    const full = { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', ...env }
    const launch = await prepareLaunch({ dropletDir: this.dir, command, env: full })
    if (launch.kind === 'refused') throw new Error(launch.stderr)
    const [argv0, ...args] = launch.argv
    const [file, words] = inStack(launch.file, args)
    const child = spawn(file, words, {
      ...(file === launch.file && { argv0 }),
      env: launch.env,
      cwd: launch.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#running.add(child)
    const written = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (written.stdout += chunk))
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (written.stderr += chunk))
    const ended = new Promise<Outcome>((resolve) =>
      child.on('close', (status, signal) => resolve({ status, signal, ...written })),
    )
    return { process: child, written, ended }
  }

  /** Runs a process to its end. The output is without the launcher's two lines. */
  async run(command: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const outcome = await (await this.start(command, env)).ended
    return {
      ...outcome,
      stdout: outcome.stdout.replace(/^Invoking (pre-start scripts|start command)\.\n/gm, ''),
    }
  }

  remove(): void {
    for (const each of this.#running) each.kill('SIGKILL')
    for (const { pid } of allProcesses()) this.#killInside(pid)
    rmSync(this.dir, { recursive: true, force: true })
  }

  /** Processes that a launched process has started, such as nginx's workers, may outlive it. */
  #killInside(pid: number): void {
    try {
      if (readlinkSync(`/proc/${pid}/cwd`).startsWith(`${this.dir}/`)) process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended, or belongs to another user.
    }
  }
}

/** The environment that the platform gives to a process of that type; to a task with `undefined`. */
export function platformEnv(type: string | undefined, memory = 1024): Record<string, string> {
  const application = { limits: { mem: memory }, name: 'demo', ...(type && { process_type: type }) }
  return {
    MEMORY_LIMIT: `${memory}m`,
    VCAP_APPLICATION: JSON.stringify(application),
    ...(type && { PORT: '8080', VCAP_APP_PORT: '8080', INSTANCE_GUID: 'g-1', INSTANCE_INDEX: '0' }),
  }
}
