/** Failures of placing sources and running setup, collected so that one staging reports those of all sidecars. */
import { InputError, Problems } from '../problems/problems.ts'

/** Milliseconds. Without a working network, each download may take minutes to fail. */
const GIVE_UP_AFTER = 60_000

export class Failures {
  readonly #problems = new Problems()
  readonly #giveUpAt = performance.now() + GIVE_UP_AFTER

  get any(): boolean {
    return this.#problems.hasErrors
  }

  /**
   * Runs the step unless an earlier one has failed and a minute has passed.
   * @returns undefined if the step failed with an `InputError`, which is collected
   * @throws InputError with all failures, or the other error of the step
   */
  async collect<T>(step: () => Promise<T>): Promise<T | undefined> {
    if (performance.now() > this.#giveUpAt) this.throwIfAny()
    try {
      return await step()
    } catch (thrown) {
      if (thrown instanceof InputError) {
        this.#problems.add(thrown.problems)
        return undefined
      }
      if (this.any) this.#problems.add(new InputError((thrown as Error).message).problems)
      this.throwIfAny()
      throw thrown
    }
  }

  throwIfAny(): void {
    this.#problems.throwIfErrors()
  }
}
