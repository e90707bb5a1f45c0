import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { describeSystemError } from '../platform/go/system-error.ts'
import { describeProblem, InputError, type Problems } from '../problems/problems.ts'
import type { Environment } from '../system/environment.ts'
import type { CommandLine } from './command-line.ts'

/** The message for an exception: without a stack trace unless `BP_DEBUG` is set. Ends in a newline. */
export function explain(thrown: unknown, env: Environment): string {
  if (thrown instanceof InputError) {
    return thrown.problems.map((each) => `${each.severity}: ${describeProblem(each)}\n`).join('')
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  return `error: ${env.BP_DEBUG ? (error.stack ?? error.message) : describeError(error)}\n`
}

/** A failure with a file as its path, or that to which it was to be copied, and Go's words. */
function describeError(error: NodeJS.ErrnoException & { readonly dest?: string }): string {
  const path = error.dest ?? error.path
  const words = describeSystemError(error)
  const isOfFile = path !== undefined && words !== error.message && !error.syscall?.startsWith('spawn')
  if (/^mkd/.test(error.syscall ?? '') && path !== undefined && dirname(path) === tmpdir())
    return `cannot create a directory in ${tmpdir()}: ${words}; set TMPDIR to a writable directory`
  return isOfFile ? `${path}: ${words}` : error.message
}

export function printWarnings(problems: Problems, { err }: CommandLine): void {
  for (const each of problems.sorted()) {
    if (each.severity !== 'error') err(`${each.severity}: ${describeProblem(each)}\n`)
  }
}

/** `1 error`, `2 errors`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
