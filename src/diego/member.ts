/** One process of an instance, with the state that our scripts in the droplet report. */
import { isRestartNotice } from '../droplet/restart-notice.ts'
import { waitNotice } from '../droplet/wait-notice.ts'
import type { LogStream } from './logs/log-line.ts'
import type { MessageText } from './logs/message-splitter.ts'
import type { RunStep } from './processes/run-step.ts'
import type { Role } from './roles.ts'

/** The public state of a process. */
export interface InstanceProcess {
  /** The process type, the sidecar's or the task's name. */
  readonly name: string
  readonly kind: 'app' | 'sidecar'
  readonly command: string
  readonly pid: number | undefined
  /** Its environment is that of the platform, before any profile script. */
  readonly spawnedPid: number | undefined
  /** Number of restarts by its own `restart`. */
  readonly restarts: number
  /** Whether the app's start waits for it because of `wait_for`. */
  readonly isAwaited: boolean
  /** The awaited condition: `port 8082`. */
  readonly awaited: string | undefined
  /** Undefined while it runs, or while a process holds its outputs open. */
  readonly exitStatus: number | undefined
}

export class Member implements InstanceProcess {
  readonly role: Role
  readonly step: RunStep
  readonly #notices: Notices

  constructor(role: Role, step: RunStep, notices: Notices) {
    this.role = role
    this.step = step
    this.#notices = notices
  }

  get name(): string {
    return this.role.name
  }

  get kind(): 'app' | 'sidecar' {
    return this.role.kind
  }

  get command(): string {
    return this.role.command
  }

  get pid(): number | undefined {
    return this.step.pid
  }

  get spawnedPid(): number | undefined {
    return this.step.spawnedPid
  }

  get exitStatus(): number | undefined {
    return this.step.status
  }

  get restarts(): number {
    return this.#notices.restarts.get(this.role) ?? 0
  }

  get isAwaited(): boolean {
    return this.awaited !== undefined
  }

  get awaited(): string | undefined {
    return this.kind === 'sidecar' ? this.#notices.awaited.get(JSON.stringify(this.name)) : undefined
  }
}

/** Reads the lines of the processes' standard errors. */
export class Notices {
  readonly restarts = new Map<Role, number>()
  /** By the names of sidecars as JSON. */
  readonly awaited = new Map<string, string>()

  read(role: Role, stream: LogStream, texts: readonly MessageText[]): void {
    if (stream === 'ERR') for (const text of texts) if (typeof text === 'string') this.#line(role, text)
  }

  #line(role: Role, text: string): void {
    if (role.kind === 'sidecar') {
      if (isRestartNotice(text)) this.restarts.set(role, (this.restarts.get(role) ?? 0) + 1)
      return
    }
    const notice = waitNotice(text)
    if (notice?.isReady) this.awaited.delete(notice.quotedName)
    else if (notice) this.awaited.set(notice.quotedName, notice.condition)
  }
}
