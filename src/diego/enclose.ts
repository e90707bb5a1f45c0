import type { ContainerChoice } from '../container/choice.ts'
import type { Reserved, ReserveOptions } from './enclosure.ts'

/**
 * Each implementation is loaded only when it is used.
 * @param choice undefined: without a container
 */
export async function reserve(
  options: ReserveOptions,
  choice: ContainerChoice | undefined,
): Promise<Reserved> {
  if (choice) {
    const { reserveContained } = await import('./contained.ts')
    return reserveContained(options, choice)
  }
  const { reserveBare } = await import('./bare/bare-enclosure.ts')
  return reserveBare(options)
}
