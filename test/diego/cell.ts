/** A cell for tests: real processes and containers, short intervals, `bash` in the place of the launcher. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Cell } from '../../src/diego/cell.ts'
import type { InstanceSpec } from '../../src/diego/instance-spec.ts'
import { megabytes } from '../../src/platform/memory-size.ts'
import { temporaryFolder } from '../support/files.ts'

const folder = temporaryFolder()

/** A droplet with these files in its `app` (0755). */
export function makeDroplet(files: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(folder, 'droplet-'))
  for (const each of ['app', 'deps', 'profile.d', 'logs', 'tmp']) mkdirSync(join(root, each))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, 'app', path)), { recursive: true })
    writeFileSync(join(root, 'app', path), text, { mode: 0o755 })
  }
  execFileSync('tar', ['-czf', `${root}.tgz`, '-C', root, '.'])
  return `${root}.tgz`
}

export interface TestCell extends Cell {
  /** `[APP/PROC/WEB] OUT text` */
  readonly lines: string[]
  /** Resolves with the line that holds the text, past or to come. */
  readonly line: (text: string, occurrence?: number) => Promise<string>
}

export function aCell(overrides: Partial<Cell> = {}): TestCell {
  const lines: string[] = []
  const waiting = new Set<() => void>()
  return {
    id: 'cell-1',
    address: () => '127.0.0.1',
    containers: mkdtempSync(join(folder, 'cell-')),
    cgroups: false,
    prepareLaunch: async ({ dropletDir, command, env }) => ({
      file: '/bin/bash',
      argv: ['bash', '-c', 'cd app && exec bash -c "$1"', 'bash', command],
      env: { ...env, HOME: join(dropletDir, 'app') },
      cwd: dropletDir,
    }),
    log: (source, stream, texts) => {
      for (const text of texts) lines.push(`[${source}] ${stream} ${text}`)
      for (const look of waiting) look()
    },
    room: () => undefined,
    checkInterval: 20,
    gracefulShutdown: 300,
    ...overrides,
    lines,
    line: (text, occurrence = 1) =>
      new Promise((resolve) => {
        const look = () => {
          const found = lines.filter((line) => line.includes(text))[occurrence - 1]
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
}

export function aSpec(
  overrides: Partial<InstanceSpec> & Pick<InstanceSpec, 'droplet' | 'command'>,
): InstanceSpec {
  return {
    app: { name: 'demo', guid: 'app-guid', version: 'version-guid' },
    processType: 'web',
    index: 0,
    sidecars: [],
    memory: megabytes(1024),
    proxyMemory: megabytes(0),
    port: 8080,
    healthCheck: { kind: 'process' },
    env: new Map(),
    services: '{}',
    hasSsh: false,
    ...overrides,
  }
}
