/** What `get` returns; undefined if it throws, where the reason does not matter: the answer is then that there is none. */
export function attempt<T>(get: () => T): T | undefined {
  try {
    return get()
  } catch {
    return undefined
  }
}
