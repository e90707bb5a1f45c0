/** Holds the processes of an instance together: a container, or, without one, marks that identify them. */
import type { ChildProcess } from 'node:child_process'
import type { ProcessLaunch } from './processes/launch.ts'

/** A directory for an instance. Its content is removed when the instance ends, or this process is killed. */
export interface Reserved {
  readonly folder: string
  /** A cgroup that is also removed. */
  keepCgroup(path: string): void
  /**
   * @param home the directory in it for the droplet, which may still be unpacked meanwhile
   * @param path the `PATH` of the app
   */
  enclose(home: string, path: string): Promise<Enclosure>
  /** Changes the owner of the unpacked droplet to the user of its processes. */
  handOver(home: string): Promise<void>
  /** Kills remaining processes and removes the directory. */
  destroy(): Promise<void>
}

export interface ReserveOptions {
  /** Parent of the directory. */
  readonly parent: string
  readonly instanceGuid: string
}

/** Prefix of the directories of instances. */
export const FOLDER_PREFIX = 'sidecar-buildpack-instance-'

/** A process that was spawned. */
export interface Spawned {
  /** Ends when the process ends; not always the process itself. */
  readonly child: ChildProcess
  /** The pid of the process itself on this machine; undefined if it could not be started. */
  readonly pid: Promise<number | undefined>
}

export interface Enclosure {
  /** Where the processes find the droplet. */
  readonly home: string
  /** The pid for entering the container; undefined if there is none. */
  readonly holder: number | undefined
  /** Starts a process that writes to these descriptors. */
  spawn(launch: ProcessLaunch, stdout: number, stderr: number): Spawned
  /** The pids, on this machine, of all living processes of the instance. */
  pids(): readonly number[]
}
