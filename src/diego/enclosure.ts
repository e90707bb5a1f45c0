/** Holds the processes of an instance together: a container, or, without one, marks that identify them. */
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { ProcessLaunch } from '../lifecycle/launching/launch.ts'

/** A directory for an instance. Its content is removed when the instance ends, or this process is killed. */
export interface Reserved {
  readonly folder: string
  /** Called before a cgroup is made, so that it is also removed if this process is killed just then. */
  keepCgroup(path: string): void
  /**
   * @param path the `PATH` of the app
   * @param cgroup for its processes
   * @returns before or after the droplet is unpacked
   */
  enclose(path: string, cgroup: string | undefined): Promise<Enclosure>
  /** Changes the owner of the unpacked droplet to the user of its processes. */
  handOver(): Promise<void>
  /** Kills remaining processes and removes the directory. */
  destroy(): Promise<void>
}

export interface ReserveOptions {
  readonly parent: string
  readonly instanceGuid: string
}

export const FOLDER_PREFIX = 'sidecar-buildpack-instance-'

/** The place of the droplet in an instance's directory: `/home/vcap` of the platform. */
export function homeIn({ folder }: Pick<Reserved, 'folder'>): string {
  return join(folder, 'home', 'vcap')
}

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
