/** A clock of one's own for a process, by Debian's libfaketime: set, and put to another time while it runs. */
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { lacks } from '../../support/programs.ts'

const missing = lacks('faketime')
const library = ['/usr/lib', '/usr/lib64']
  .flatMap((folder) => [`${folder}/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`, folder])
  .map((folder) => `${folder}/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path))

/** Why there is none here; false: there is. */
export const lacksFaketime: string | false = missing || (library ? false : 'libfaketimeMT.so.1 is not there')

export class FakeClock {
  readonly #file: string

  /** @param file gets the time */
  constructor(file: string, time: string) {
    this.#file = file
    this.set(time)
  }

  /** `@2038-02-01 00:00:00`, or an offset such as `+10d`. Whole or not at all: it may be read at any moment. */
  set(time: string): void {
    writeFileSync(`${this.#file}.new`, `${time}\n`)
    renameSync(`${this.#file}.new`, this.#file)
  }

  /** What a process needs in its environment; the monotonic clock stays, as it does when a time is set. */
  get env(): Readonly<Record<string, string>> {
    return {
      LD_PRELOAD: library ?? '',
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    }
  }
}
