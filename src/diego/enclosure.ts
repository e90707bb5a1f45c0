/** What holds the processes of an instance together: a container, or, without one, marks by which they are found. */
import type { ChildProcess } from 'node:child_process'
import type { Launch } from './processes/launch.ts'
import type { UnpackedDroplet } from './unpacked-droplet.ts'

export interface EnclosureOptions {
  readonly droplet: UnpackedDroplet
  readonly instanceGuid: string
  /** The `PATH` of the app. */
  readonly path: string
  /** Of the instance's own cgroup, where there is one. */
  readonly cgroup: string | undefined
}

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
  /** Ends whatever is left and removes the droplet. */
  destroy(): Promise<void>
}
