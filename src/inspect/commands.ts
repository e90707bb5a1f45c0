/**
 * Checks that the file of the app that a sidecar's command starts exists and can run. Only warnings, because a later
 * buildpack or .profile may create it.
 */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Configuration } from '../config/sidecar.ts'
import { findStack } from '../platform/stacks.ts'
import type { Problems } from '../problems/problems.ts'
import { inspectFile } from '../sources/executability/inspect.ts'
import { judge } from '../sources/executability/judge.ts'
import { kindName } from '../system/foreign-file.ts'
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
    const fault = faultOf(join(appDir, path), path, stack)
    if (!fault) continue
    const what = `command of sidecar ${sidecar.name}: ${path} ${fault.what}`
    problems.warning(sidecar.place, what, fault.instead)
  }
}

interface Fault {
  readonly what: string
  readonly instead?: string
}

/** Files that cannot be read are ignored. */
function faultOf(file: string, path: string, stack: string | undefined): Fault | undefined {
  if (!existsSync(file))
    return { what: 'is not in the app', instead: 'add it to the app, or use a buildpack that provides it' }
  try {
    const found = statSync(file)
    if (found.isDirectory()) return { what: 'is a directory', instead: 'use the program in it' }
    if (!found.isFile()) return { what: `is ${kindName(found)}, expected a file` }
    if ((found.mode & 0o111) === 0)
      return { what: 'is not executable', instead: `run chmod +x ${path} before cf push` }
    const { objections } = judge(inspectFile(file), findStack(stack), path)
    return objections.find(({ severity }) => severity === 'error')
  } catch {
    return undefined
  }
}
