// The report's Markdown: every figure with its goal, and how each part ended.

/** @param {import('../../bench/measures.mjs').Figure & {holds: boolean}} figures in the order they were measured */
export function figuresTable(figures) {
  const areas = [...new Set(figures.map(({ area }) => area))]
  const byArea = areas.flatMap((area) => figures.filter((figure) => figure.area === area))
  const rows = byArea.map((figure) => [
    figure.area,
    figure.measure,
    goal(figure),
    `${shown(figure.value)} ${figure.unit}`,
    figure.beside ?? '',
    figure.holds ? 'yes' : '**no**',
  ])
  return table(['area', 'measure', 'goal', 'today', 'ratio to', 'holds'], rows)
}

/** @param {import('./parts.mjs').Part[]} parts */
export function partsTable(parts) {
  const rows = parts.map(({ name, status, seconds, closing, ended, commit, counts }) => [
    name,
    status === 0 ? 'passed' : `**failed** (status ${status})`,
    `${Math.round(seconds)} s`,
    counts,
    `${ended.slice(0, 16).replace('T', ' ')}, ${commit}`,
    closing,
  ])
  return table(['part', 'ended', 'took', 'counts', 'when, and of which commit', 'its closing line'], rows)
}

function goal({ atMost, atLeast, unit }) {
  if (atMost !== undefined) return `≤ ${atMost} ${unit}`
  return atLeast === undefined ? '' : `≥ ${atLeast} ${unit}`
}

const shown = (value) => (Number.isInteger(value) ? String(value) : value.toPrecision(3))

function table(head, rows) {
  const cell = (value) => String(value).replaceAll('|', '\\|')
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |\n`).join('')
}
