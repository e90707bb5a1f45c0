/** An app of the samples under the real command line, `sidecar-buildpack run`. */

import { AppRun } from '../../support/app-run.ts'
import { outputOf } from '../../support/command-line.ts'
import { freePort } from '../../support/free-port.ts'

const PATIENCE_MS = 120_000

export interface Configuration {
  readonly Scope: string
  readonly Password: string
}

/** An instance in the output of `sidecar-buildpack ps --json`. */
interface ShownInstance {
  readonly state: string
  readonly crashes: number
  readonly port: number
  readonly memory: { readonly limit: number; readonly by: string }
  readonly processes: readonly { readonly name: string; readonly kind: string; readonly pid: number }[]
}

export class RunningApp extends AppRun {
  readonly port: number
  /** `CONFIG_SERVER_PORT`, which wins over the manifest's. */
  readonly sidecarPort: number

  private constructor(app: string, port: number, sidecarPort: number, options: readonly string[]) {
    const own = ['--port', String(port), '--env', `CONFIG_SERVER_PORT=${sidecarPort}`]
    super(app, ...own, ...options)
    this.port = port
    this.sidecarPort = sidecarPort
  }

  /** Starts it on free ports, so that several can run on one machine. */
  static async start(app: string, ...options: readonly string[]): Promise<RunningApp> {
    return new RunningApp(app, await freePort(), await freePort(), options)
  }

  /** The answer of /config. @throws Error with the log unless its status is 200 */
  async configuration(): Promise<Configuration> {
    let answer = 'nothing'
    await this.until(async () => {
      const url = `http://127.0.0.1:${this.port}/config`
      const response = await fetch(url, { signal: AbortSignal.timeout(20_000) }).catch(() => undefined)
      answer = (await response?.text().catch(() => undefined)) ?? 'nothing'
      return response?.ok === true && answer !== 'nothing'
    }, '/config answers')
    return JSON.parse(answer) as Configuration
  }

  /** Waits until the log matches. @throws Error with the log when the time is over */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    await this.until(() => pattern.test(this.log), `it says ${pattern}`)
    return pattern.exec(this.log) as RegExpExecArray
  }

  async until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const end = Date.now() + PATIENCE_MS
    while (!(await holds())) {
      if (Date.now() > end || this.hasEnded) throw new Error(`waited in vain until ${what}:\n${this.log}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** Undefined while nothing runs. */
  get shown(): ShownInstance | undefined {
    const all = JSON.parse(outputOf('ps', '--json')) as readonly ShownInstance[]
    return all.find(({ port }) => port === this.port)
  }

  /** Pids by name: the process type, or the sidecar's. */
  get pids(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.shown?.processes.map(({ name, pid }) => [name, pid]) ?? [])
  }

  pid(name: string): number {
    const pid = this.pids[name]
    if (!pid) throw new Error(`${name} does not run:\n${this.log}`)
    return pid
  }
}
