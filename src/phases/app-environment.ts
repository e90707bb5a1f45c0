/**
 * The app's environment as it is at staging. `bin/start-node.bash` takes `NODE_*` and `LD_PRELOAD` away from
 * our Node.js and hands them on under another name: `when: {env: …}` and `setup` see them as the app wrote them.
 */
type Environment = Readonly<Record<string, string | undefined>>

/** What `bin/start-node.bash` puts before the names that it takes away. */
const HANDED_ON = 'SIDECARS_APP_'
const TAKEN = /^SIDECARS_APP_(NODE_.*|LD_PRELOAD)$/s

/** @returns a copy with the taken names back in place; without the wrapper, the same entries. */
export function appEnvironment(env: Environment): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      TAKEN.test(name) ? name.slice(HANDED_ON.length) : name,
      value,
    ]),
  )
}
