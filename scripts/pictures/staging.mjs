// Staging: from the app's files to the droplet and its processes, as `stage` printed them.
import { arrow, rect, svg, text } from './svg.mjs'

const WIDTH = 860
const GAP = 33
const LINE = 20

/** @param staged {files, steps, droplet, processes}: lists of lines */
export function stagingPicture({ files, steps, droplet, processes }, colours) {
  const columns = [
    { title: 'Your app', lines: files, colour: colours.app, width: 138 },
    { title: 'Staging', lines: steps, colour: colours.sidecar, width: 180 },
    { title: 'Droplet', lines: droplet, colour: colours.app, width: 284 },
    { title: 'Container', lines: processes, colour: colours.sidecar, width: 156 },
  ]
  const left = (index) => 1 + columns.slice(0, index).reduce((sum, { width }) => sum + width + GAP, 0)
  const height = 92 + Math.max(...columns.map(({ lines }) => lines.length)) * LINE
  return svg(WIDTH, height, 'From the files of an app through staging to its processes', [
    rect(0, 0, WIDTH, height, { fill: colours.background, radius: 12 }),
    ...columns.flatMap(({ title, lines, colour, width }, index) => {
      const x = left(index)
      return [
        index === 0 ? '' : arrow(x - GAP + 6, 60, x - 6, 60, colours.muted),
        rect(x, 12, width, height - 24, { fill: colours.surface, stroke: colours.line }),
        rect(x, 12, width, 5, { fill: colour, radius: 2 }),
        text(x + 14, 42, title, { fill: colours.text, size: 15, bold: true }),
        ...lines.map((line, row) =>
          text(x + 14, 72 + row * LINE, line.trimStart(), {
            fill: line.startsWith('  ') ? colours.muted : colours.text,
            size: line.startsWith('  ') ? 11.5 : 13,
            mono: true,
          }),
        ),
      ]
    }),
  ])
}
