/** Waits until the URL answers. @throws Error after two minutes */
export async function answers(url: string): Promise<void> {
  const end = Date.now() + 120_000
  while (Date.now() < end) {
    try {
      await (await fetch(url)).arrayBuffer()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  throw new Error(`nothing answers at ${url}`)
}

/** Sends requests, ten at a time. @returns how many were answered within a minute with a status below 500 */
export async function requests(url: string, count: number): Promise<number> {
  let answered = 0
  for (let done = 0; done < count; done += 10) {
    const batch = await Promise.allSettled(
      Array.from({ length: Math.min(10, count - done) }, async () => {
        const response = await fetch(url, { signal: AbortSignal.timeout(60_000) })
        await response.arrayBuffer()
        return response.status < 500
      }),
    )
    answered += batch.filter((each) => each.status === 'fulfilled' && each.value).length
  }
  return answered
}
