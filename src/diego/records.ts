/**
 * What runs on this machine, for `ps`, `ssh`, `logs`, `stop` and `restart`: one file for each instance, named for the pid of
 * its `run`, in a directory that belongs to the user.
 */
import {
  chmodSync,
  constants,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { MOST_BYTES_OF_SOCKET_PATH } from '../platform/limits.ts'
import { InputError } from '../problems/problems.ts'
import { attempt } from '../system/attempt.ts'
import type { Environment } from '../system/environment.ts'
import { MOST, readForeignFile } from '../system/foreign-file.ts'
import { mayAccess } from '../system/may-access.ts'
import { processStat } from '../system/proc.ts'

/** The form of the files. Another version may have written one in another form: change it with `RunRecord`. */
const FORM = 1

export interface RunRecord {
  readonly runner: { readonly pid: number; readonly startTime: number }
  readonly app: string
  readonly processType: string
  readonly index: number
  /** The socket of its `run` (control.ts). */
  readonly control: string
  readonly port: number
  /** `crashed`: waiting for its restart. */
  readonly state: 'starting' | 'running' | 'stopping' | 'crashed'
  readonly crashes: number
  /** ISO 8601; with `crashed`. */
  readonly restartAt?: string
  readonly instance?: {
    readonly guid: string
    /** The directory that is `/home/vcap` on the platform. */
    readonly home: string
    /** The pid for entering its container; absent if it has none. */
    readonly holder?: number | undefined
    /** MiB of the container, and how the limit is enforced. */
    readonly memory: { readonly limit: number; readonly by: 'cgroup' | 'watched' }
    readonly processes: readonly ProcessRecord[]
  }
}

export interface ProcessRecord {
  /** The process type, or the sidecar's name. */
  readonly name: string
  readonly kind: 'app' | 'sidecar'
  readonly command: string
  readonly pid?: number | undefined
  /** Its environment is that of the platform. */
  readonly spawnedPid?: number | undefined
  readonly exitStatus?: number | undefined
  /** The ports on which something listens once it is ready. */
  readonly ports?: readonly number[] | undefined
}

/**
 * `$XDG_RUNTIME_DIR/sidecar-buildpack`, else a directory for the user in the temporary directory: after `su` the variable
 * may refer to another user's directory, and in a container to a missing one.
 * @throws InputError when another user owns it
 */
export function recordsFolder(env: Environment, temporary: string): string {
  const uid = process.getuid?.() ?? 0
  const runtime = env.XDG_RUNTIME_DIR
  const folder =
    runtime && mayAccess(runtime, constants.W_OK | constants.X_OK)
      ? join(runtime, 'sidecar-buildpack')
      : join(temporary, `sidecar-buildpack-${uid}`)
  // A link of the user is replaced; a link of another user is refused below.
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (found?.isSymbolicLink() && found.uid === uid) rmSync(folder)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const stat = lstatSync(folder)
  if (!stat.isDirectory() || stat.uid !== uid) {
    throw new InputError(`${folder} belongs to another user; set XDG_RUNTIME_DIR to your own directory`)
  }
  chmodSync(folder, 0o700)
  return folder
}

/** @param instance its position in the run */
export function recordFile(folder: string, pid: number, instance: number): string {
  return join(folder, `${pid}.${instance}.json`)
}

/** The socket of a run for other commands; beside the records unless their path is too long. */
export function controlSocket(folder: string, pid: number): string {
  const path = join(folder, `${pid}.sock`)
  const isShort = Buffer.byteLength(path) <= MOST_BYTES_OF_SOCKET_PATH
  return isShort ? path : join(recordsFolder({}, '/tmp'), `${pid}.sock`)
}

/**
 * Writes atomically, because `ps` may read at any moment.
 * @returns whether it could be written: a full disk does not stop the app, but then `ps` does not see the instance
 */
export function writeRecord(file: string, record: RunRecord): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(`${file}.new`, JSON.stringify({ form: FORM, ...record }))
    renameSync(`${file}.new`, file)
    return true
  } catch {
    return false
  }
}

export function removeRecord(file: string): void {
  rmSync(file, { force: true })
}

/** Those whose runner is alive; the user's own files that hold no record, or that of an ended runner, are removed, with its socket. */
export function readRecords(folder: string): readonly RunRecord[] {
  return readdirSync(folder).flatMap((name) => {
    if (!/^\d+\.\d+\.json$/.test(name)) return []
    const record = readRecord(join(folder, name))
    if (record && processStat(record.runner.pid)?.startTime === record.runner.startTime) return record
    removeIfOurs(join(folder, name))
    if (record && !processStat(record.runner.pid)) removeIfOurs(controlSocket(folder, record.runner.pid))
    return []
  })
}

function readRecord(file: string): RunRecord | undefined {
  return attempt(() => {
    const { form, ...record } = JSON.parse(readForeignFile(file, MOST.text, { noFollow: true }).toString())
    return form === FORM && record.runner ? record : undefined
  })
}

/** Only removes files and links of the user. */
function removeIfOurs(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat && !stat.isDirectory() && stat.uid === process.getuid?.()) removeRecord(path)
}
