import type { StagedSidecar } from './staged-sidecar.ts'
import type { OrderedSidecar } from './start-order.ts'
import { isSupervised } from './start-script.ts'

/**
 * Whether a sidecar needs a start script. (A sidecar also needs one if the app's process must be distinguished from the
 * sidecars': `planDroplet`.)
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
