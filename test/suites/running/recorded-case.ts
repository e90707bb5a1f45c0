/** What Diego's own code did with the processes of one case: test/data/running/README.md. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '..', '..', 'data', 'running')

export interface RecordedCase {
  readonly name: string
  readonly what: string
  readonly task?: true
  readonly processes: readonly {
    readonly name: string
    readonly kind: 'app' | 'sidecar'
    readonly script: string
    readonly memory_mb?: number
  }[]
  readonly process_type: string
  readonly check: RecordedCheck & { readonly start_timeout?: number }
  readonly readiness?: RecordedCheck
  readonly platform: {
    readonly unhealthy_monitoring_interval: string
    readonly envoy: boolean
    readonly ssh: boolean
    readonly crash_convergence: string | null
    readonly log_rate_limit_bytes: number
    readonly log_rate_limit_lines: number
    readonly memory_mb: number
    readonly memory_limit_held: boolean
  }
  readonly actions: readonly {
    readonly when: string
    readonly after_ms: number
    readonly do: 'kill' | 'stop'
    readonly target?: string
    readonly signal?: string
  }[]
  readonly events: readonly RecordedEvent[]
  readonly exit: {
    readonly crashed: boolean
    readonly all?: readonly { readonly reason: string; readonly crash_count: number }[]
  }
}

/** Times in seconds. */
export interface RecordedCheck {
  readonly type: 'process' | 'port' | 'http'
  readonly endpoint?: string
  readonly invocation_timeout?: number
  readonly interval?: number
}

export interface RecordedEvent {
  readonly ms: number
  readonly kind: 'log' | 'signal' | 'process-exit' | 'state' | 'crash' | 'action' | 'task'
  readonly instance?: number
  readonly source?: string
  readonly stream?: 'OUT' | 'ERR'
  readonly text?: string
  /** Instead of `text`, where the bytes are not UTF-8. */
  readonly base64?: string
  /** The whole length, where `text` or `base64` is a beginning. */
  readonly bytes?: number
}

export function readCases(): readonly RecordedCase[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return files.map((name) => readRecording<RecordedCase>(name)).filter(({ events }) => events)
}

export function readRecording<T>(file: string): T {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as T
}
