/**
 * Problems with a user's input, as values: collected, sorted by place and shown together. Exceptions are for unexpected
 * failures; `InputError` carries the collected problems to the edge.
 */

import { visibleLine } from './visible.ts'

/** A place in a text that the user wrote. Lines and columns count from 1; columns count UTF-16 units. */
export interface Place {
  /** Its name for the user: `sidecars.yml`, `BOOT-INF/classes/sidecars.yml`, `$SIDECARS_CONFIG`, `manifest.yml`. */
  readonly file: string
  readonly line: number
  readonly column: number
}

export interface Problem {
  /** `note`: information that may need no action. */
  readonly severity: 'error' | 'warning' | 'note'
  /** Absent if the problem concerns the whole input. */
  readonly place?: Place
  /** The problem in one sentence without a full stop. Never contains a secret (env values, credentials). */
  readonly what: string
  /** The remedy, as an instruction. */
  readonly instead?: string
}

/** Collects problems; every reader and check of user input reports here and continues. */
export class Problems {
  readonly #list: Problem[] = []

  error(place: Place | undefined, what: string, instead?: string): void {
    this.#list.push(problem('error', place, what, instead))
  }

  warning(place: Place | undefined, what: string, instead?: string): void {
    this.#list.push(problem('warning', place, what, instead))
  }

  note(place: Place | undefined, what: string, instead?: string): void {
    this.#list.push(problem('note', place, what, instead))
  }

  add(other: Iterable<Problem>): void {
    this.#list.push(...other)
  }

  get hasErrors(): boolean {
    return this.#list.some((each) => each.severity === 'error')
  }

  /** Sorted by the first appearance of files, then by place; without duplicates. */
  sorted(): readonly Problem[] {
    const files = [...new Set(this.#list.map((each) => each.place?.file ?? ''))]
    const seen = new Set<string>()
    return this.#list
      .filter((each) => {
        const key = describeProblem(each)
        return seen.has(key) ? false : seen.add(key)
      })
      .sort(
        (a, b) =>
          files.indexOf(a.place?.file ?? '') - files.indexOf(b.place?.file ?? '') ||
          (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
          (a.place?.column ?? 0) - (b.place?.column ?? 0),
      )
  }

  /** @throws InputError when an error was reported. */
  throwIfErrors(): void {
    if (this.hasErrors) throw new InputError(this.sorted())
  }
}

/** A problem with the input: the command line exits with 1, a buildpack script fails, both without a stack trace. */
export class InputError extends Error {
  override readonly name = 'InputError'
  /** Checks the shape, because late-loaded parts have a copy of this class (scripts/lazy-parts.mjs). */
  static override [Symbol.hasInstance](thrown: unknown): boolean {
    return thrown instanceof Error && thrown.name === 'InputError' && 'problems' in thrown
  }

  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[] | string) {
    const list = typeof problems === 'string' ? [problem('error', undefined, problems)] : problems
    super(list.map(describeProblem).join('\n'))
    this.problems = list
  }
}

/** `sidecars.yml:7:5: what is wrong; what to write instead` */
export function describeProblem({ place, what, instead }: Problem): string {
  const text = `${what}${instead ? `; ${instead}` : ''}`
  return place ? `${place.file}:${place.line}:${place.column}: ${inOneLine(text)}` : text
}

const MOST_CHARACTERS = 1000

/** Text of users may contain line breaks and terminal control characters, or be very long. */
function inOneLine(text: string): string {
  return visibleLine(text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text)
}

function problem(severity: Problem['severity'], place?: Place, what = '', instead?: string): Problem {
  return Object.freeze({ severity, what, ...(place && { place }), ...(instead && { instead }) })
}
