/** One process of an instance, with the state that our scripts in the droplet report. */
import { isRestartNotice, waitNotice } from '../droplet/notices.ts'
import type { LogStream } from './logs/log-line.ts'
import type { MessageText } from './logs/message-splitter.ts'
import type { RunStep } from './processes/run-step.ts'
import type { Role } from './roles.ts'

export type Member = ReturnType<typeof memberOf>

export function memberOf(
  { name, kind, command }: Role,
  step: RunStep,
  notices: Notices,
  ports: readonly number[],
) {
  return {
    name,
    kind,
    command,
    step,
    pid: step.pid,
    /** Its environment is that of the platform, before any profile script. */
    spawnedPid: step.spawnedPid,
    /** Undefined while it runs, or while a process holds its outputs open. */
    get exitStatus() {
      return step.status
    },
    /** Whether it has ended with status 0 by itself, and the instance with it. */
    get isDone() {
      return step.isDone
    },
    /** Why a script could not run, as its shell says it: `./x.sh: cannot execute: required file not found`. */
    get unrunnable() {
      return notices.unrunnable.get(name)
    },
    /** Number of restarts by its own `restart`. */
    get restarts() {
      return kind === 'sidecar' ? (notices.restarts.get(name) ?? 0) : 0
    },
    /** The ports on which something listens once it is ready. */
    ports,
    /** The condition that the app's start waits for because of `wait_for`: `port 8082`. */
    get awaited() {
      return kind === 'sidecar' ? notices.awaited.get(JSON.stringify(name)) : undefined
    },
  }
}

/** As bash (5.2 and later, and before) and `env` say it, about an interpreter line or lines that end in CR. */
const UNRUNNABLE =
  /(?:: cannot execute: required file not found|: bad interpreter: .*|\\r['’]: (?:command not found|No such file or directory))$/

/** Reads the lines of the processes' standard errors. */
export class Notices {
  /** Of sidecars, by name. */
  readonly restarts = new Map<string, number>()
  /** By the names of sidecars as JSON. */
  readonly awaited = new Map<string, string>()

  /** By the names of processes. */
  readonly unrunnable = new Map<string, string>()

  read(role: Role, stream: LogStream, texts: readonly MessageText[]): void {
    if (stream === 'ERR') for (const text of texts) if (typeof text === 'string') this.#line(role, text)
  }

  #line(role: Role, text: string): void {
    if (UNRUNNABLE.test(text) && !this.unrunnable.has(role.name))
      this.unrunnable.set(role.name, text.replace(/^\S*bash: (?:line \d+: )?/, ''))
    if (role.kind === 'sidecar') {
      if (isRestartNotice(text)) this.restarts.set(role.name, (this.restarts.get(role.name) ?? 0) + 1)
      return
    }
    const notice = waitNotice(text)
    if (notice?.isReady) this.awaited.delete(notice.quotedName)
    else if (notice) this.awaited.set(notice.quotedName, notice.condition)
  }
}
