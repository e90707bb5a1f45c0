/** A figure, as the report's table shows it. */
export interface Figure {
  /** The part of the project, one word or two: "staging", "bundle". */
  area: string
  measure: string
  value: number
  /** "×" for a ratio, else "ms", "MB", "lost requests", … */
  unit: string
  atMost?: number
  atLeast?: number
  /** What the value is compared with: "cp -r of the same files". */
  beside?: string
}

export declare const fullCounts: boolean
export declare function count(short: number, full: number): number
/** Prints the figure and appends it to the file $MEASURES. @returns whether it meets its goals */
export declare function measured(figure: Figure): boolean
