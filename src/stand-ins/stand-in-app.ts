import type { Plan } from '../plan/plan.ts'
import type { PlannedApp } from '../plan/planned-app.ts'

/** What a stand-in knows of the app. */
export interface StandInApp {
  readonly app: PlannedApp
  /** With the figures of the memory calculator. */
  readonly plan: Plan
}
