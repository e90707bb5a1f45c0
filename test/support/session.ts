/** The session of docs/how-to/develop.md, typed into two terminals in the directory of an app. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CLI } from './command-line.ts'
import { ROOT } from './files.ts'
import { isolatedPlace, type Place } from './isolation.ts'
import { lacksTmux, Terminal } from './terminal.ts'

/** A separate network, because the page has fixed ports. @returns a string if there is none: the reason */
export async function sessionPlace(): Promise<Place | string> {
  return lacksTmux || isolatedPlace().catch((error: Error) => error.message)
}

/** The lines of the page's blocks of shell, without their comments. */
function documentedLines(): ReadonlySet<string> {
  const page = readFileSync(join(ROOT, 'docs/how-to/develop.md'), 'utf8')
  const blocks = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block)
  return new Set(blocks.flatMap((block) => block.split('\n').map((line) => line.replace(/ +#.*$/, ''))))
}

type Wanted = readonly (string | RegExp)[]

export class Session {
  readonly folder = mkdtempSync(join(tmpdir(), 'session-'))
  /** The directory of the app. */
  readonly app = join(this.folder, 'shop')
  /** `run` must leave nothing in it, except the directory of the records. */
  readonly temporary = join(this.folder, 'tmp')
  /** Where the app runs. */
  readonly first: Terminal
  readonly #second: Terminal
  readonly #place: Place
  readonly #lines = documentedLines()

  constructor(place: Place) {
    this.#place = place
    for (const each of [this.app, this.temporary, join(this.folder, 'bin')]) mkdirSync(each)
    const command = `#!/bin/bash\nexec '${process.execPath}' -- '${CLI}' "$@"\n`
    writeFileSync(join(this.folder, 'bin/sidecar-buildpack'), command, { mode: 0o755 })
    ;[this.first, this.#second] = [this.#terminal(), this.#terminal()]
  }

  #terminal(): Terminal {
    const { app, folder, temporary } = this
    const terminal = new Terminal(160, 45, app, this.#place.enter)
    terminal.enter(
      `cd ${app}; export PATH=${folder}/bin:$PATH TMPDIR=${temporary} XDG_RUNTIME_DIR=${temporary}; clear`,
    )
    return terminal
  }

  /** Types a line of the page into the terminal of the app. @returns the screen once it shows all of `wanted` */
  async start(line: string, ...wanted: Wanted): Promise<readonly string[]> {
    await this.#enter(this.first, line)
    return this.first.until((screen) => has(screen, wanted), 60_000)
  }

  /** Waits until the terminal of the app shows all of `wanted`. */
  async shows(...wanted: Wanted): Promise<void> {
    await this.first.until((screen) => has(screen, wanted), 60_000)
  }

  /** Types a line of the page into the other terminal. @returns its output once it contains all of `wanted` */
  async typed(line: string, ...wanted: Wanted): Promise<readonly string[]> {
    await this.#enter(this.#second, line)
    const isDone = (screen: readonly string[]) => screen.length > 1 && isPrompt(screen)
    const [, ...rows] = await this.#second.until((screen) => isDone(screen) && has(screen, wanted))
    return rows.map((row) => row.replace(/\$$/, '')).filter(Boolean)
  }

  /** @throws Error when the page has no such line */
  async #enter(terminal: Terminal, line: string): Promise<void> {
    if (!this.#lines.has(line)) throw new Error(`docs/how-to/develop.md has no line "${line}"`)
    await terminal.until(isPrompt)
    terminal.enter('clear')
    await terminal.until((screen) => screen.join('\n') === '$')
    terminal.enter(line)
  }

  async end(): Promise<void> {
    for (const each of [this.first, this.#second]) each.close()
    this.#place.leave()
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

/** The prompt may follow output without a newline at its end. */
const isPrompt = (screen: readonly string[]) => screen.at(-1)?.endsWith('$') === true

function has(screen: readonly string[], wanted: Wanted): boolean {
  return wanted.every((each) =>
    screen.some((row) => (typeof each === 'string' ? row === each : each.test(row))),
  )
}
