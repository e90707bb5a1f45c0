// What benches and suites have in common: how a figure is recorded, and how long a run is.
import { appendFileSync } from 'node:fs'

/** Full length (`FULL_COUNTS=1`, as `npm run report` sets it), or the shorter counts of every day. */
export const fullCounts = process.env.FULL_COUNTS === '1'

/** The count that this run uses: `short` every day, `full` for the report. */
export const count = (short, full) => (fullCounts ? full : short)

/**
 * Prints a figure and whether it holds; where $MEASURES names a file, appends it there as a line of JSON, for
 * `npm run report`. Returns whether it holds.
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
