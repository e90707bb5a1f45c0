/** What holds the processes of an instance together: a container, or, without one, marks by which they are found. */
import type { ChildProcess } from 'node:child_process'
import type { Launch } from './processes/launch.ts'

/** A folder for an instance. Whatever is put there is removed when the instance ends, or this process is killed. */
export interface Reserved {
  readonly folder: string
  /** A cgroup that is removed as well. */
  keepCgroup(path: string): void
  /**
   * @param home the directory in the folder where the droplet is, or is being unpacked at the same time
   * @param path the `PATH` of the app
   */
  enclose(home: string, path: string): Promise<Enclosure>
  /** Gives the unpacked droplet to the user that its processes run as. */
  handOver(home: string): Promise<void>
  /** Ends whatever is left and removes the folder. */
  destroy(): Promise<void>
}

export interface ReserveOptions {
  /** Where the folder is made. */
  readonly parent: string
  readonly instanceGuid: string
}

/** How the folders of instances are called. */
export const FOLDER_PREFIX = 'sidecar-buildpack-instance-'

/** A process that was spawned. */
export interface Spawned {
  /** Ends as the process ends; not always the process itself. */
  readonly child: ChildProcess
  /** The pid of the process itself on this machine; undefined when it could not be started. */
  readonly pid: Promise<number | undefined>
}

export interface Enclosure {
  /** Where the processes find the droplet. */
  readonly home: string
  /** The pid by which others enter; undefined: there is nothing to enter. */
  readonly holder: number | undefined
  /** Starts a process that writes to these descriptors. */
  spawn(launch: Launch, stdout: number, stderr: number): Spawned
  /** The pids, on this machine, of all that is alive of the instance. */
  pids(): readonly number[]
}
