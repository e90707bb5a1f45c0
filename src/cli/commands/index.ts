/** Every command, in the order of `--help`. Each has a module beside this one, which is loaded when it is called. */
import type { RegisterCommand } from '../command-line.ts'

export const commands: Readonly<Record<string, () => Promise<RegisterCommand>>> = {
  validate: async () => (await import('./validate.ts')).registerValidate,
  plan: async () => (await import('./plan.ts')).registerPlan,
  stage: async () => (await import('./stage.ts')).registerStage,
  run: async () => (await import('./run.ts')).registerRun,
  logs: async () => (await import('./logs.ts')).registerLogs,
  restart: async () => (await import('./restart.ts')).registerRestart,
  stop: async () => (await import('./stop.ts')).registerStop,
  ssh: async () => (await import('./ssh.ts')).registerSsh,
  ps: async () => (await import('./ps.ts')).registerPs,
  bundle: async () => (await import('./bundle.ts')).registerBundle,
  vendor: async () => (await import('./vendor.ts')).registerVendor,
  package: async () => (await import('./package.ts')).registerPackage,
  completion: async () => (await import('./completion.ts')).registerCompletion,
  version: async () => (await import('./version.ts')).registerVersion,
  schema: async () => (await import('./schema.ts')).registerSchema,
}
