/** Opens a shell or runs a command in a running instance like `cf ssh`: as vcap, with the environment of the app's process. */
import { existsSync, readFileSync } from 'node:fs'
import { HIDDEN_PREFIX, type Spawnable, spawnable } from '../container/container.ts'
import { enteringTools } from '../container/tools.ts'
import { VCAP } from '../platform/container.ts'
import { InputError } from '../problems/problems.ts'
import { attempt } from '../system/attempt.ts'
import type { RunRecord } from './records.ts'

interface SessionOptions {
  /** Absent: an interactive shell, or one that reads commands from its input. */
  readonly command?: string
  readonly hasTerminal: boolean
  /** `TERM` of the user's terminal. */
  readonly term: string | undefined
}

/** Gives a program a terminal of the container, so that `ps` and `tty` show it; from util-linux. */
const SCRIPT = '/usr/bin/script'

/** @throws InputError when the instance cannot be entered */
export function openSession(
  { app, instance }: RunRecord,
  { command, hasTerminal, term }: SessionOptions,
): Spawnable & { readonly cwd: string } {
  const process = instance?.processes.find(({ kind }) => kind === 'app')
  const given = environmentOf(process?.spawnedPid)
  const environment = given && { ...given, ...environmentOfApp(process?.pid, given) }
  if (!instance || !environment) throw new InputError(`${app} has no running instance`)
  const env = { ...environment, HOME: VCAP.home, ...(term !== undefined && { TERM: term }) }
  if (instance.holder === undefined) {
    const args = command === undefined ? [] : ['-c', command]
    return { file: '/bin/bash', args, env: { ...env, HOME: instance.home }, cwd: instance.home }
  }
  const { holder } = instance
  const hasScript = existsSync(`/proc/${holder}/root${SCRIPT}`)
  const [file, args] =
    command !== undefined
      ? ['/bin/bash', ['-c', command]]
      : hasTerminal && hasScript
        ? [SCRIPT, ['-qec', '/bin/bash', '/dev/null']]
        : ['/bin/bash', []]
  const program = { file, args, env, cwd: VCAP.home }
  return { ...spawnable(enteringTools(), holder, program, 'alone'), cwd: '/' }
}

/**
 * Includes variables of profile.d scripts. Absent while they run, and for a program that has overwritten its environment
 * with its title: some of the `given` variables are then missing.
 */
function environmentOfApp(
  pid: number | undefined,
  given: Readonly<Record<string, string>>,
): Record<string, string> | undefined {
  const environment = environmentOf(pid)
  const isWhole = environment && Object.keys(given).every((name) => environment[name] !== undefined)
  return isWhole ? environment : undefined
}

/** The environment at the start of the process; undefined if it does not exist or belongs to another user. */
function environmentOf(pid: number | undefined): Record<string, string> | undefined {
  const text = attempt(() => readFileSync(`/proc/${pid}/environ`, 'utf8'))
  if (text === undefined) return undefined
  return Object.fromEntries(
    text
      .split('\0')
      .filter(Boolean)
      .map((entry) => {
        const [name = '', ...value] = entry.split('=')
        return [name.replace(HIDDEN_PREFIX, ''), value.join('=')]
      }),
  )
}
