import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import type { InstanceSpec } from '../diego/instance-spec.ts'
import { planInstance } from '../diego/plan-instance.ts'
import { readStagedApp, readStagedDroplet, type StagedApp } from '../diego/staged-app.ts'
import { statApp } from '../lifecycle/push/given-app.ts'
import type { AppManifest } from '../manifest/app-manifest.ts'
import type { MemorySize } from '../platform/memory-size.ts'
import { InputError, Problems } from '../problems/problems.ts'
import { MOST, readForeignFileIfThere, readHead } from '../system/foreign-file.ts'
import { type AppInputs, fromShell } from './app-inputs.ts'
import type { CommandLine } from './command-line.ts'
import { printWarnings } from './explain.ts'

/** Options of the instance, in addition to the manifest. */
export interface InstanceOptions {
  readonly memory?: MemorySize
  readonly proxyMemory: MemorySize
  readonly port: number
  readonly healthTimeout?: number
  readonly process: readonly string[]
  /** Every process type. */
  readonly all?: true
  readonly instances: number
  readonly ssh?: true
  /** The command of a task. */
  readonly task?: string
  readonly taskName?: string
  readonly env: ReadonlyMap<string, string>
  readonly envFromShell: readonly string[]
}

/** The first bytes of gzip files. */
const GZIP = 0x1f8b
/**
 * A droplet is a gzip archive; an app is a directory or a zip.
 * @throws InputError when only its name is that of a droplet
 */
export async function isDroplet(path: string, shown: string): Promise<boolean> {
  if ((await statApp(path)).isDirectory()) return false
  const head = readHead(path, 2, { shown })
  const isGzip = head.length === 2 && head.readUInt16BE() === GZIP
  if (!isGzip && /\.(?:tgz|tar\.gz)$/.test(path))
    throw new InputError(`${shown} is not a droplet, which is a tar archive compressed with gzip`)
  return isGzip
}

/**
 * Combines the staged app, the manifest and the options. The instances get consecutive ports from `--port` on.
 * @throws InputError when they contradict each other
 */
export async function plannedInstances(
  droplet: string,
  options: InstanceOptions,
  { manifest, services, name }: AppInputs,
  line: CommandLine,
): Promise<readonly InstanceSpec[]> {
  const problems = new Problems()
  const staged = await stagedApp(droplet)
  const types = processTypes(options, staged, manifest)
  const wanted = types.flatMap((processType) =>
    Array.from({ length: options.task === undefined ? options.instances : 1 }, (_, index) => ({
      processType,
      index,
    })),
  )
  checkPorts(options.port, wanted.length)
  const specs = wanted.map((each, at) =>
    planInstance(
      {
        ...each,
        appName: name,
        staged,
        manifest,
        memory: options.memory,
        proxyMemory: options.proxyMemory,
        startTimeout: options.healthTimeout,
        port: options.port + at,
        env: new Map([...fromShell(options.envFromShell, line), ...options.env]),
        services: services.json,
        hasSsh: options.ssh ?? false,
        ...(options.task !== undefined && {
          task: { name: options.taskName ?? randomBytes(4).toString('hex'), command: options.task },
        }),
        droplet,
      },
      problems,
    ),
  )
  problems.throwIfErrors()
  printWarnings(problems, line)
  return specs.filter((each) => each !== undefined)
}

/** `web` first, because `--port` is its port. */
function processTypes(
  { process, all }: InstanceOptions,
  { processes }: StagedApp,
  manifest: AppManifest | undefined,
): readonly string[] {
  if (!all) return process.length > 0 ? [...new Set(process)] : ['web']
  const types = new Set([...processes.keys(), ...(manifest?.processes.keys() ?? [])])
  return [...types].sort((a, b) => Number(b === 'web') - Number(a === 'web'))
}

/** @throws InputError when there are not enough ports */
function checkPorts(first: number, count: number): void {
  if (first + count - 1 > MOST_PORT)
    throw new InputError(
      `${count} instances need ${count} ports from ${first} on, but ${MOST_PORT} is the highest; use a lower --port`,
    )
}

const MOST_PORT = 65_535

/** The result of staging: from the file beside the droplet, else from the droplet itself. */
async function stagedApp(droplet: string): Promise<StagedApp> {
  const result = join(dirname(droplet), 'result.json')
  const text = readForeignFileIfThere(result, MOST.data)?.toString()
  if (text === undefined) return readStagedDroplet(droplet)
  try {
    return readStagedApp(text)
  } catch {
    throw new InputError(`${result} is not the result of a staging`)
  }
}
