import { spawnSync } from 'node:child_process'
import { inStack } from '../support/in-stack.ts'

interface Sourcing {
  /** Shell code before the lines: functions that the lines call, variables. */
  readonly before: string
  /** How often the lines are sourced. */
  readonly times?: number
}

/** What a process gets from a bash that has sourced these lines: its environment, the exit status, and messages. */
export function exportedBy(lines: readonly string[], { before, times = 1 }: Sourcing) {
  const calls = 'sourced first "start command"\n'.repeat(times)
  const script = `${before}\nsourced() {\n:\n${lines.join('\n')}\n}\n${calls}exec /usr/bin/env -0`
  const { stdout, stderr, status } = spawnSync(...inStack('bash', ['--norc', '-c', script]), {
    env: { PATH: process.env.PATH },
    encoding: 'utf8',
  })
  const variables = [...stdout.matchAll(/([^=]+)=([^\0]*)\0/g)].map(([, name, value]) => [name, value])
  return { env: Object.fromEntries(variables) as Record<string, string>, stderr, status }
}
