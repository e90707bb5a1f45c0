import type { ContainerChoice } from '../container/choice.ts'
import type { Enclosure, EnclosureOptions } from './enclosure.ts'

/**
 * Each way is loaded only where it is taken.
 * @param choice undefined: without a container
 */
export async function enclose(
  options: EnclosureOptions,
  choice: ContainerChoice | undefined,
): Promise<Enclosure> {
  if (choice) {
    const { enclosedInContainer } = await import('./contained.ts')
    return enclosedInContainer(options, choice)
  }
  const { bareEnclosure } = await import('./bare/bare-enclosure.ts')
  return bareEnclosure(options)
}
