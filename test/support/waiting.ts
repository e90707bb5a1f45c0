/** Waits until the condition holds. @throws Error after 15 s */
export async function until(condition: () => boolean): Promise<void> {
  for (const began = Date.now(); !condition(); await new Promise((resolve) => setTimeout(resolve, 10))) {
    if (Date.now() - began > 15_000) throw new Error('not within 15 s')
  }
}
