import type { Problems } from '../../problems/problems.ts'
import type { Configuration } from '../sidecar.ts'

/** The guard restarts a sidecar, so `restart` must allow that. */
export function checkGuards({ sidecars }: Pick<Configuration, 'sidecars'>, problems: Problems): void {
  for (const { name, memoryGuard, restart } of sidecars) {
    if (!memoryGuard || restart.policy !== 'never') continue
    const what = `${name} has a memory guard, but no restart`
    problems.error(memoryGuard, what, 'add restart: on-failure, or remove guard')
  }
}
