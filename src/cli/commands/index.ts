/** Every command, in the order that `--help` shows them. One file each beside this one. */
import type { RegisterCommand } from '../command-line.ts'
import { registerBundle } from './bundle.ts'
import { registerPackage } from './package.ts'
import { registerPlan } from './plan.ts'
import { registerPs } from './ps.ts'
import { registerRun } from './run.ts'
import { registerSchema } from './schema.ts'
import { registerStage } from './stage.ts'
import { registerValidate } from './validate.ts'
import { registerVendor } from './vendor.ts'

export const commands: readonly RegisterCommand[] = [
  registerValidate,
  registerPlan,
  registerStage,
  registerRun,
  registerPs,
  registerBundle,
  registerVendor,
  registerPackage,
  registerSchema,
]
