/** One check of the app's port, as cloudfoundry/healthcheck makes it. */
import type { CheckTarget } from './check-target.ts'
import { httpCheck } from './http-check.ts'
import { portCheck } from './port-check.ts'

/**
 * @param stop ends the check early; its result does not matter then
 * @returns why it failed, undefined when it passed
 */
export function checkOnce(target: CheckTarget, stop: AbortSignal): Promise<string | undefined> {
  return target.kind === 'port' ? portCheck(target, stop) : httpCheck(target, stop)
}
