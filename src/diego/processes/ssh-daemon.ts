/** The daemon of `cf ssh`, one of the codependent processes on the platform. Only its end shows in the log. */
import type { LogStreamer } from '../logs/log-stream.ts'
import { exitLine } from '../messages.ts'
import type { Step, StepOutcome } from './run-step.ts'

export function sshDaemonStep(streamer: LogStreamer): Step {
  let end: (outcome: StepOutcome) => void = () => undefined
  const ended = new Promise<StepOutcome>((resolve) => {
    end = resolve
  })
  return {
    ended,
    cancel: () => {
      streamer.end(exitLine(0, { killedAfter: undefined, outOfMemory: false }))
      end({ kind: 'cancelled' })
    },
  }
}
