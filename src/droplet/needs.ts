import type { StagedSidecar } from './staged-sidecar.ts'
import type { OrderedSidecar } from './start-order.ts'
import { isSupervised } from './start-script.ts'

/**
 * Whether a sidecar asks for more than a bare command can do. (Besides, one needs a start script wherever the app's
 * process has to be told from the sidecars': `planDroplet`.)
 */
export function needsStartScript(
  { sidecar, start, hasHome, deps }: StagedSidecar,
  order?: OrderedSidecar,
): boolean {
  return (
    hasHome ||
    deps !== undefined ||
    start.kind !== 'shell' ||
    sidecar.env.size > 0 ||
    sidecar.hideEnv.length > 0 ||
    sidecar.workingDir !== undefined ||
    sidecar.proxy !== undefined ||
    order !== undefined ||
    isSupervised(sidecar)
  )
}
