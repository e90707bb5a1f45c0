/**
 * Whether a sidecar's command starts a file of the app that is there and can run. A later buildpack or .profile may still
 * make it, so that everything here is a warning.
 */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Problems } from '../config/problems.ts'
import type { Configuration } from '../config/sidecar.ts'
import { findStack } from '../platform/stacks.ts'
import { inspectFile } from '../sources/executability/inspect.ts'
import { judge } from '../sources/executability/judge.ts'
import { startedFile } from './files-to-check.ts'

export function checkCommands(
  { sidecars }: Pick<Configuration, 'sidecars'>,
  appDir: string,
  stack: string | undefined,
  problems: Problems,
): void {
  for (const sidecar of sidecars) {
    const path = startedFile(sidecar)
    if (path === undefined) continue
    const fault = readableFault(join(appDir, path), path, stack)
    if (!fault) continue
    const what = `command of sidecar ${sidecar.name}: ${path} ${fault.what}`
    problems.warning(sidecar.place, what, fault.instead)
  }
}

interface Fault {
  readonly what: string
  readonly instead?: string
}

/** What cannot be looked at (a file where a directory should be, a link in a circle) is no fault of the command. */
function readableFault(file: string, path: string, stack: string | undefined): Fault | undefined {
  try {
    return faultOf(file, path, stack)
  } catch {
    return undefined
  }
}

function faultOf(file: string, path: string, stack: string | undefined): Fault | undefined {
  // Not throwIfNoEntry: below a file it throws ENOTDIR.
  const found = existsSync(file) ? statSync(file) : undefined
  if (!found) return { what: 'is not in the app', instead: 'it has to come from a buildpack' }
  if (found.isDirectory()) return { what: 'is a directory', instead: 'name the program in it' }
  if (!found.isFile()) return { what: 'is not a regular file' }
  if ((found.mode & 0o111) === 0)
    return { what: 'is not executable', instead: `run chmod +x ${path} before cf push` }
  const { objections } = judge(inspectFile(file), findStack(stack), path)
  return objections.find(({ severity }) => severity === 'error')
}
