/** How a staging fails on the platform: its messages and the resulting exit statuses. */

export const DETECT_FAILED = 'None of the buildpacks detected a compatible application'
export const COMPILE_FAILED = 'Failed to compile droplet'
export const RELEASE_FAILED = 'Failed to build droplet release'
export const SUPPLY_FAILED = 'Failed to run all supply scripts'
export const NO_SUPPLY =
  'Error: one of the buildpacks chosen to supply dependencies does not support multi-buildpack apps'
export const FINALIZE_FAILED = 'Failed to run finalize script'
export const NO_FINALIZE_WARNING =
  'Warning: the last buildpack is not compatible with multi-buildpack apps and cannot make use of any dependencies supplied by the buildpacks specified before it'

/** The first one that a message contains decides: a failing finalize is reported as a failing compilation. */
const EXITS: readonly (readonly [sentence: string, exit: number])[] = [
  [DETECT_FAILED, 222],
  [COMPILE_FAILED, 223],
  [RELEASE_FAILED, 224],
  [SUPPLY_FAILED, 225],
  [NO_SUPPLY, 225],
  [FINALIZE_FAILED, 226],
]

/** A failed staging, with the message for the user. */
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
