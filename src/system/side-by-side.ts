/** Jobs in memory at a time: more than libuv has threads. */
const AHEAD = 8

/** Starts a job for each value, some ahead of the reader, and yields the results in the order of the values. */
export async function* sideBySide<T, R>(
  values: Iterable<T> | AsyncIterable<T>,
  job: (value: T) => Promise<R>,
): AsyncGenerator<R> {
  const ahead: Promise<R>[] = []
  try {
    for await (const value of values) {
      const result = job(value)
      // The reader gets the error in its turn.
      result.catch(() => {})
      ahead.push(result)
      if (ahead.length === AHEAD) yield (await ahead.shift()) as R
    }
    while (ahead.length > 0) yield (await ahead.shift()) as R
  } finally {
    await Promise.allSettled(ahead)
  }
}
