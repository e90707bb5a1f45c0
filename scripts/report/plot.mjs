// Draws curves as an SVG picture: panels side by side, a line for each series, axes with ticks.
import { scaleLinear, scaleLog } from 'd3-scale'
import { line } from 'd3-shape'

const SIZE = { width: 520, height: 360, left: 64, right: 16, top: 40, bottom: 52 }
const SERIES = 4
/** Light colours, or dark ones if the reader's system is dark. */
const STYLE = `svg { --background: #ffffff; --text: #17202b; --rule: #d5dbe2; --axis: #586472;
  --c0: #1d5fbf; --c1: #b8420a; --c2: #0b7568; --c3: #6d4bc3; }
@media (prefers-color-scheme: dark) { svg { --background: #11161d; --text: #e8edf3; --rule: #333e4c; --axis: #9fadbd;
  --c0: #7fb2ff; --c1: #ff9b6a; --c2: #5fd0bf; --c3: #b9a1ff; } }
text { fill: var(--text); }`

/**
 * @typedef {{title: string, xLabel: string, yLabel: string, log?: boolean,
 *   series: {name: string, points: [number, number][]}[]}} Panel `log` makes both axes logarithmic
 * @param {Panel[]} panels
 * @returns {string} the text of an SVG file
 */
export function plot(panels) {
  const drawn = panels.map((panel, i) => `<g transform="translate(${i * SIZE.width})">${draw(panel)}</g>`)
  const [width, height] = [SIZE.width * panels.length, SIZE.height]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">
<style>${STYLE}</style>
<rect width="100%" height="100%" fill="var(--background)"/>
${drawn.join('\n')}
</svg>
`
}

function draw({ title, xLabel, yLabel, log, series }) {
  const all = series.flatMap(({ points }) => points)
  const scale = log ? scaleLog : scaleLinear
  const lowest = log ? Math.min(...all.map(([, y]) => y)) : 0
  const x = scale(
    [log ? Math.min(...all.map(([x]) => x)) : 0, Math.max(...all.map(([x]) => x))],
    [SIZE.left, SIZE.width - SIZE.right],
  )
  const y = scale([lowest, Math.max(...all.map(([, y]) => y))], [SIZE.height - SIZE.bottom, SIZE.top]).nice()
  const [bottom, middle] = [SIZE.height - SIZE.bottom, (SIZE.left + SIZE.width - SIZE.right) / 2]
  return [
    text(middle, 20, title, 'font-weight="bold" text-anchor="middle"'),
    text(middle, SIZE.height - 12, xLabel, 'text-anchor="middle"'),
    text(0, 0, yLabel, `text-anchor="middle" transform="translate(14 ${SIZE.height / 2}) rotate(-90)"`),
    ...ticks(x, log).map(
      (at) =>
        `${rule(x(at), bottom, x(at), bottom + 5)}${text(x(at), bottom + 18, at, 'text-anchor="middle"')}`,
    ),
    ...ticks(y, log).map(
      (at) =>
        `${rule(SIZE.left, y(at), SIZE.width - SIZE.right, y(at), 'var(--rule)')}${text(SIZE.left - 6, y(at) + 4, at, 'text-anchor="end"')}`,
    ),
    rule(SIZE.left, bottom, SIZE.width - SIZE.right, bottom),
    ...series.map(({ name, points }, i) => curve(name, points, i, x, y)),
  ].join('\n')
}

function curve(name, points, index, x, y) {
  const colour = `var(--c${index % SERIES})`
  const path = line(
    ([at]) => x(at),
    ([, value]) => y(value),
  )(points)
  const dots = points.map(([at, value]) => `<circle cx="${x(at)}" cy="${y(value)}" r="3" fill="${colour}"/>`)
  const [legendX, legendY] = [SIZE.left + 12, SIZE.top + 12 + index * 18]
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}
<rect x="${legendX}" y="${legendY - 9}" width="10" height="10" fill="${colour}"/>${text(legendX + 16, legendY, name)}`
}

/** A logarithmic axis has a tick for each power of ten; a linear one about six. */
function ticks(scale, log) {
  const all = scale.ticks(6)
  return log ? all.filter((at) => Number.isInteger(Math.log10(at))) : all
}

const rule = (x1, y1, x2, y2, colour = 'var(--axis)') =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}"/>`
const text = (x, y, content, attributes = '') =>
  `<text x="${x}" y="${y}" ${attributes}>${String(content).replace(/&/g, '&amp;').replace(/</g, '&lt;')}</text>`
