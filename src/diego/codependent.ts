/**
 * Steps that end together, as in cloudfoundry/executor, depot/steps/codependent_step.go: the first that ends, whatever
 * its outcome, has all others cancelled.
 */
import { setImmediate } from 'node:timers/promises'
import { reasons } from './messages.ts'
import type { Step } from './processes/run-step.ts'

/**
 * Returns when all have ended: why, in the order of their ends; what was only cancelled gives no reason.
 * @param cancel called once, when the first has ended
 */
export async function codependent(steps: readonly Step[], cancel: () => void): Promise<readonly string[]> {
  const found: string[] = []
  await Promise.all(
    steps.map(async (step) => {
      const outcome = await step.ended
      if (outcome.kind === 'failed') found.push(outcome.reason)
      if (outcome.kind === 'exited') found.push(reasons.exitedWithZero)
      // Two that end in the same moment are both named, as Diego may name them.
      await setImmediate()
      cancel()
    }),
  )
  return found
}
