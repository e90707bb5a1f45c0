/**
 * What runs on this machine, for `sidecar-buildpack ps`: one file for each `run`, named for its pid, in a
 * folder that belongs to the user.
 */
import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { InputError } from '../config/problems.ts'
import { processStat } from './processes/proc.ts'

export interface RunRecord {
  readonly runner: { readonly pid: number; readonly startTime: number }
  readonly app: string
  readonly processType: string
  readonly port: number
  /** `crashed`: waiting for its restart. */
  readonly state: 'starting' | 'running' | 'stopping' | 'crashed'
  readonly crashes: number
  /** ISO 8601; with `crashed`. */
  readonly restartAt?: string
  readonly instance?: {
    readonly guid: string
    /** What is `/home/vcap` on the platform. */
    readonly home: string
    /** The pid by which its container is entered; absent: it has none. */
    readonly holder?: number
    /** Megabytes of the container, and who holds the limit. */
    readonly memory: { readonly limit: number; readonly by: 'cgroup' | 'watched' }
    readonly processes: readonly ProcessRecord[]
  }
}

export interface ProcessRecord {
  /** The process type, or the sidecar's name. */
  readonly name: string
  readonly kind: 'app' | 'sidecar'
  readonly command: string
  readonly pid?: number
  /** Has the environment that the platform gives to the process. */
  readonly spawnedPid?: number
  readonly exitStatus?: number
}

/**
 * `$XDG_RUNTIME_DIR/sidecar-buildpack`, else one for the user among the temporary files: behind `su` the variable may
 * name another user's folder, in a container one that is not there.
 * @throws InputError when somebody else owns it
 */
export function recordsFolder(env: Readonly<Record<string, string | undefined>>, temporary: string): string {
  const uid = process.getuid?.() ?? 0
  const runtime = env.XDG_RUNTIME_DIR
  const folder =
    runtime && isWritable(runtime)
      ? join(runtime, 'sidecar-buildpack')
      : join(temporary, `sidecar-buildpack-${uid}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const stat = lstatSync(folder)
  if (!stat.isDirectory() || stat.uid !== uid) {
    throw new InputError(`${folder} belongs to somebody else; set XDG_RUNTIME_DIR to a folder of your own`)
  }
  chmodSync(folder, 0o700)
  return folder
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

export function recordFile(folder: string, pid: number): string {
  return join(folder, `${pid}.json`)
}

/** Whole or not at all: `ps` may read at any moment. Where it cannot be written, `ps` does not see the instance. */
export function writeRecord(file: string, record: RunRecord): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(`${file}.new`, JSON.stringify(record))
    renameSync(`${file}.new`, file)
  } catch {
    // A full disk, say: no reason to end what runs.
  }
}

export function removeRecord(file: string): void {
  rmSync(file, { force: true })
}

/** Those whose runner is alive; files that a killed runner left are removed. */
export function readRecords(folder: string): readonly RunRecord[] {
  return readdirSync(folder).flatMap((name) => {
    if (!/^\d+\.json$/.test(name)) return []
    const record = readRecord(join(folder, name))
    if (record && processStat(record.runner.pid)?.startTime === record.runner.startTime) return record
    removeRecord(join(folder, name))
    return []
  })
}

function readRecord(file: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunRecord
  } catch {
    return undefined
  }
}
