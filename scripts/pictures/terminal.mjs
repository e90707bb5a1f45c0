// A terminal session as a picture: prompts are bold, long lines are wrapped as a terminal wraps them.
import { escaped, MONO, rect, svg } from './svg.mjs'

const COLUMNS = 104
const CHARACTER = 7.8
const LINE = 19

/** @param lines of the session; a prompt begins with `$ `, a remark with `#` */
export function terminalPicture(title, lines, colours) {
  const rows = lines.flatMap((line) =>
    wrapped(line).map((row) => ({ row, colour: colourOf(line, colours), line })),
  )
  const width = Math.round(COLUMNS * CHARACTER + 40)
  const height = rows.length * LINE + 60
  return svg(width, height, title, [
    rect(0.5, 0.5, width - 1, height - 1, { fill: colours.surface, stroke: colours.line, radius: 10 }),
    ...[0, 1, 2].map((index) => `<circle cx="${22 + index * 18}" cy="20" r="5.5" fill="${colours.line}"/>`),
    `<g font-family="${MONO}" font-size="13">`,
    ...rows.map(({ row, colour, line }, index) => {
      const bold = line.startsWith('$ ') ? ' font-weight="700"' : ''
      return `<text x="20" y="${54 + index * LINE}" fill="${colour}"${bold} xml:space="preserve" textLength="${Math.round(row.length * CHARACTER * 10) / 10}" lengthAdjust="spacingAndGlyphs">${escaped(row)}</text>`
    }),
    '</g>',
  ])
}

function colourOf(line, colours) {
  if (line.startsWith('#') || line === '…') return colours.muted
  if (/\| (?:crashed|Exit status (?!0))/.test(line)) return colours.bad
  if (/\| healthy/.test(line)) return colours.good
  return colours.text
}

function wrapped(line) {
  const rows = []
  for (let rest = line; ; rest = rest.slice(COLUMNS)) {
    rows.push(rest.slice(0, COLUMNS))
    if (rest.length <= COLUMNS) return rows.map((row) => (row === '' ? ' ' : row))
  }
}
