// Records figures, and chooses between the short and the full length of a run, for benchmarks and suites.
import { appendFileSync } from 'node:fs'

/** Whether this run has full length: `FULL_COUNTS=1`, which `npm run report` sets. */
export const fullCounts = process.env.FULL_COUNTS === '1'

/** `full` in a run of full length, else `short`. */
export const count = (short, full) => (fullCounts ? full : short)

/**
 * Prints a figure and whether it meets its goals. If $MEASURES names a file, appends the figure as a line of JSON, for
 * `npm run report`. @returns whether it meets its goals
 */
export function measured(figure) {
  const { area, measure, value, unit, beside } = figure
  const goals = [
    figure.atMost !== undefined && `at most ${figure.atMost}`,
    figure.atLeast !== undefined && `at least ${figure.atLeast}`,
  ].filter(Boolean)
  const holds = value <= (figure.atMost ?? Infinity) && value >= (figure.atLeast ?? -Infinity)
  const goal = goals.length === 0 ? '' : ` (${goals.join(', ')} ${unit}${holds ? '' : ': MISSED'})`
  console.log(`${area}: ${measure}: ${shown(value)} ${unit}${beside ? ` of ${beside}` : ''}${goal}`)
  if (process.env.MEASURES) appendFileSync(process.env.MEASURES, `${JSON.stringify({ ...figure, holds })}\n`)
  return holds
}

const shown = (value) => (Number.isInteger(value) ? String(value) : value.toPrecision(3))
