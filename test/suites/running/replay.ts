/** Runs the processes of a recorded case as `run` does, in real time, and records what happens. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chooseContainer } from '../../../src/container/choice.ts'
import { type Cell, machineAddress } from '../../../src/diego/cell.ts'
import { PLATFORM_RESTARTS } from '../../../src/diego/crash.ts'
import type { Instance } from '../../../src/diego/instance.ts'
import type { CheckSpec, HealthCheckSpec, InstanceSpec } from '../../../src/diego/instance-spec.ts'
import { type Supervisor, supervise } from '../../../src/diego/supervisor.ts'
import { prepareLaunch } from '../../../src/lifecycle/launching/launch.ts'
import { megabytes } from '../../../src/platform/memory-size.ts'
import { freePort } from '../../support/free-port.ts'
import { RUN_OPTIONS } from '../../support/run-options.ts'
import type { RecordedCase, RecordedCheck } from './recorded-case.ts'

export interface ObservedLine {
  /** Since the first line, milliseconds. */
  readonly ms: number
  readonly source: string
  readonly stream: 'OUT' | 'ERR'
  readonly text: Buffer
}

export interface ObservedSignal {
  readonly ms: number
  /** `TERM` */
  readonly name: string
  /** The process's name. */
  readonly target: string
}

export interface Observed {
  readonly lines: readonly ObservedLine[]
  readonly signals: readonly ObservedSignal[]
  readonly end: Awaited<Supervisor['ended']>
  readonly port: number
  readonly address: string
  readonly guids: readonly string[]
  readonly homes: readonly string[]
}

/** Signals that this process sends, by the pid that gets them. */
const sent: { readonly pid: number; readonly name: string; readonly time: number }[] = []
const kill = process.kill.bind(process)
process.kill = (pid, name) => {
  sent.push({ pid, name: String(name).replace('SIG', ''), time: performance.now() })
  return kill(pid, name)
}

/** Lies in the app's directory: a container sees nothing of /tmp, where the checkout may be. */
export const TEST_APP = join(import.meta.dirname, 'test-app.cjs')

/** In a container, as `run` does, where this machine can make one. */
const container = await chooseContainer(
  { container: !RUN_OPTIONS.includes('--no-container') },
  process.env,
  (text) => console.log(text),
)

export async function replay(recorded: RecordedCase, droplet: string): Promise<Observed> {
  const port = await freePort()
  const address = machineAddress()
  const containers = mkdtempSync(join(tmpdir(), 'sidecar-buildpack-replay-'))
  const lines: ObservedLine[] = []
  const instances: Instance[] = []
  const pids = new Map<number, string>()
  const waiting = new Set<(line: ObservedLine) => void>()
  const started = performance.now()
  const cell: Cell = {
    id: 'cell-1',
    address: () => address,
    containers,
    cgroups: true,
    ...(container && { container }),
    prepareLaunch: async (request) => {
      const launch = await prepareLaunch(request)
      if (launch.kind === 'refused') throw new Error(launch.stderr)
      return launch
    },
    log: (source, stream, texts) => {
      for (const text of texts) {
        const line = { ms: performance.now() - started, source, stream, text: Buffer.from(text as string) }
        lines.push(line)
        for (const each of waiting) each(line)
      }
    },
    room: () => undefined,
    checkInterval: milliseconds(recorded.platform.unhealthy_monitoring_interval),
    ...(recorded.platform.log_rate_limit_lines > 0 && {
      logLinesPerSecond: recorded.platform.log_rate_limit_lines,
    }),
    gracefulShutdown: 10_000,
  }
  const supervisor = supervise(specOf(recorded, droplet, port), cell, {
    restarts: PLATFORM_RESTARTS,
    mostRestarts: Math.max(0, (recorded.exit.all?.length ?? 0) - 1),
    onChange: (state) => {
      if (!('instance' in state)) return
      if (instances.at(-1) !== state.instance) instances.push(state.instance)
      for (const { pid, name, kind } of state.instance.processes)
        if (pid !== undefined) pids.set(pid, kind === 'app' ? 'app' : name)
    },
  })
  const actions = recorded.actions.map(async (action) => {
    await new Promise<void>((resolve) => {
      waiting.add(({ source, text }) => `${source} ${text}`.includes(action.when) && resolve())
    })
    await sleep(action.after_ms)
    if (action.do === 'stop') supervisor.stop()
    else for (const [pid, name] of pids) if (name === action.target) kill(pid, `SIG${action.signal}`)
  })
  try {
    const end = await supervisor.ended
    await Promise.all(actions)
    const first = lines[0]?.ms ?? 0
    return {
      lines: lines.map((line) => ({ ...line, ms: line.ms - first })),
      signals: sent.flatMap(({ pid, name, time }) => {
        const target = pids.get(pid)
        return target === undefined ? [] : [{ ms: time - started - first, name, target }]
      }),
      end,
      port,
      address,
      guids: instances.map(({ guid }) => guid),
      homes: instances.map(({ home }) => home),
    }
  } finally {
    rmSync(containers, { recursive: true, force: true })
  }
}

function specOf(recorded: RecordedCase, droplet: string, port: number): InstanceSpec {
  const { processes, platform, check, readiness } = recorded
  const sidecars = processes.filter(({ kind }) => kind === 'sidecar')
  return {
    app: { name: 'demo', guid: 'app-guid', version: 'version-guid' },
    processType: recorded.process_type,
    index: 0,
    ...(recorded.task && { task: 'my-task' }),
    command: processes.find(({ kind }) => kind === 'app')?.script ?? '',
    sidecars: sidecars.map(({ name, script, memory_mb }) => ({
      name,
      command: script,
      ...(memory_mb !== undefined && { memory: megabytes(memory_mb) }),
    })),
    memory: megabytes(platform.memory_mb),
    proxyMemory: megabytes(platform.envoy ? 32 : 0),
    port,
    healthCheck: healthCheck(check),
    ...(readiness && { readinessCheck: checkSpec(readiness) }),
    ...(platform.log_rate_limit_bytes >= 0 && {
      logRateLimit: { bytesPerSecond: platform.log_rate_limit_bytes },
    }),
    hasSsh: platform.ssh,
    env: new Map([['TESTAPP', `${process.execPath} ${basename(TEST_APP)}`]]),
    services: '{}',
    droplet,
  }
}

function healthCheck(check: RecordedCase['check']): HealthCheckSpec {
  if (check.type === 'process') return { kind: 'process' }
  return { ...checkSpec(check), startTimeout: (check.start_timeout ?? 60) * 1000 }
}

function checkSpec({ type, endpoint, invocation_timeout, interval }: RecordedCheck): CheckSpec {
  return {
    kind: type === 'http' ? 'http' : 'port',
    endpoint: endpoint ?? '/',
    invocationTimeout: (invocation_timeout ?? 1) * 1000,
    interval: (interval ?? 30) * 1000,
  }
}

function milliseconds(duration: string): number {
  const [, count, unit] = /^(\d+)(ms|s)$/.exec(duration) ?? []
  return Number(count) * (unit === 's' ? 1000 : 1)
}
