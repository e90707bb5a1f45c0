import type { Place } from './problems.ts'

/** As in YAML and editors, a single carriage return ends a line too. */
const LINE_END = /\r\n|[\r\n]/g

/** Converts offsets (UTF-16 units) to lines and columns. */
export class Places {
  readonly #file: string
  readonly #lineStarts: number[] = [0]

  constructor(file: string, text: string) {
    this.#file = file
    for (const { 0: end, index } of text.matchAll(LINE_END)) this.#lineStarts.push(index + end.length)
  }

  at(offset: number): Place {
    let low = 0
    let high = this.#lineStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return Object.freeze({
      file: this.#file,
      line: low + 1,
      column: Math.max(0, offset) - (this.#lineStarts[low] ?? 0) + 1,
    })
  }
}
