/** How a staging fails on the platform: its sentences, and the exit statuses that follow from them. */

export const DETECT_FAILED = 'None of the buildpacks detected a compatible application'
export const COMPILE_FAILED = 'Failed to compile droplet'
export const RELEASE_FAILED = 'Failed to build droplet release'
export const SUPPLY_FAILED = 'Failed to run all supply scripts'
export const NO_SUPPLY =
  'Error: one of the buildpacks chosen to supply dependencies does not support multi-buildpack apps'
export const FINALIZE_FAILED = 'Failed to run finalize script'
export const NO_FINALIZE_WARNING =
  'Warning: the last buildpack is not compatible with multi-buildpack apps and cannot make use of any dependencies supplied by the buildpacks specified before it'

/** The first that a message holds decides: a finalize that fails is told as a compilation that fails. */
const EXITS: readonly (readonly [sentence: string, exit: number])[] = [
  [DETECT_FAILED, 222],
  [COMPILE_FAILED, 223],
  [RELEASE_FAILED, 224],
  [SUPPLY_FAILED, 225],
  [NO_SUPPLY, 225],
  [FINALIZE_FAILED, 226],
]

/** The staging fails; the message is what the user reads. */
export class StagingFailure extends Error {
  override readonly name = 'StagingFailure'

  /** @param messages from the outermost to the cause */
  constructor(...messages: readonly string[]) {
    super(messages.join(': '))
  }

  get exit(): number {
    return EXITS.find(([sentence]) => this.message.includes(sentence))?.[1] ?? 1
  }
}

/** @throws StagingFailure with `sentence` before the message of a StagingFailure that `step` throws */
export async function within<T>(sentence: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (thrown) {
    throw thrown instanceof StagingFailure ? new StagingFailure(sentence, thrown.message) : thrown
  }
}
