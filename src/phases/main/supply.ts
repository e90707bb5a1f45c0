import { supply } from '../supply.ts'
import { phaseContext, runPhase, scriptLog } from './edge.ts'

const log = scriptLog(process.stdout)
void runPhase(log, () => supply(phaseContext('supply', log)))
