import { supply } from '../supply.ts'
import { phaseContext, runPhase, scriptLog } from './edge.ts'

const log = scriptLog(1)
void runPhase(log, () => supply(phaseContext('supply', log)))
