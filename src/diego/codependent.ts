/**
 * Steps that end together, as in cloudfoundry/executor, depot/steps/codependent_step.go: when the first one ends, with any
 * outcome, all others are cancelled.
 */
import { setImmediate } from 'node:timers/promises'
import { crashReasons } from './messages.ts'
import type { Step } from './processes/run-step.ts'

/**
 * Returns when all have ended. @returns the reasons in the order of the ends, without cancelled steps
 * @param cancel called once, when the first one has ended
 */
export async function codependent(steps: readonly Step[], cancel: () => void): Promise<readonly string[]> {
  const found: string[] = []
  await Promise.all(
    steps.map(async (step) => {
      const outcome = await step.ended
      if (outcome.kind === 'failed') found.push(outcome.reason)
      if (outcome.kind === 'exited') found.push(crashReasons.exitedWithZero)
      // Two steps that end at the same moment both give a reason, as may happen in Diego.
      await setImmediate()
      cancel()
    }),
  )
  return found
}
