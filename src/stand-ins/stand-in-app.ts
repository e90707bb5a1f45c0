import type { Plan } from '../plan/plan.ts'
import type { PlannedApp } from '../plan/planned-app.ts'

/** What a stand-in knows of the app. */
export interface StandInApp {
  readonly app: PlannedApp
  /** With the figures of the memory calculator. */
  readonly plan: Plan
}

/** What a buildpack's bin/release says. */
export interface Release {
  /** The start command of process web; absent where the app's Procfile has all of them. */
  readonly web?: string
}
