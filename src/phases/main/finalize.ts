import { join } from 'node:path'
import { finalize } from '../finalize.ts'
import { phaseContext, runPhase, scriptLog } from './edge.ts'

const log = scriptLog(1)
void runPhase(log, () => {
  const context = phaseContext('finalize', log)
  finalize({ ...context, profileDir: process.argv[6] ?? join(context.buildDir, '.profile.d') })
})
