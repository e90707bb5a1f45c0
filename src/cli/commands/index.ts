/** Every command, in the order of `--help`. The large parts of a command are loaded when it is called, its options always. */
import type { RegisterCommand } from '../command-line.ts'
import { registerBundle } from './bundle.ts'
import { registerCompletion } from './completion.ts'
import { registerLogs } from './logs.ts'
import { registerPackage } from './package.ts'
import { registerPlan } from './plan.ts'
import { registerPs } from './ps.ts'
import { registerRestart } from './restart.ts'
import { registerRun } from './run.ts'
import { registerSchema } from './schema.ts'
import { registerSsh } from './ssh.ts'
import { registerStage } from './stage.ts'
import { registerStop } from './stop.ts'
import { registerValidate } from './validate.ts'
import { registerVendor } from './vendor.ts'
import { registerVersion } from './version.ts'

export const commands: Readonly<Record<string, RegisterCommand>> = {
  validate: registerValidate,
  plan: registerPlan,
  stage: registerStage,
  run: registerRun,
  logs: registerLogs,
  restart: registerRestart,
  stop: registerStop,
  ssh: registerSsh,
  ps: registerPs,
  bundle: registerBundle,
  vendor: registerVendor,
  package: registerPackage,
  completion: registerCompletion,
  version: registerVersion,
  schema: registerSchema,
}
