/**
 * The app's environment at staging. `bin/start-node.bash` hides `NODE_*` and `LD_PRELOAD` from our Node.js and passes them
 * under other names, so that `when: {env: …}` and `setup` get the app's values.
 */
import type { Environment } from '../system/environment.ts'

/** The prefix of names that `bin/start-node.bash` hides. */
const HANDED_ON = 'SIDECARS_APP_'
const TAKEN = /^SIDECARS_APP_(NODE_.*|LD_PRELOAD)$/s

/** @returns a copy with the original names; without the wrapper, the same entries */
export function appEnvironment(env: Environment): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      TAKEN.test(name) ? name.slice(HANDED_ON.length) : name,
      value,
    ]),
  )
}
