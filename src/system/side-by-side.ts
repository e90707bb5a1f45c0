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
      ahead.push(job(value))
      if (ahead.length === AHEAD) yield (await ahead.shift()) as R
    }
    for (const each of ahead.splice(0)) yield await each
  } finally {
    await Promise.allSettled(ahead)
  }
}
