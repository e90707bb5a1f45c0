// Elements of SVG as text. They use the reader's fonts, so that a picture loads nothing.
export const SANS = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
export const MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"

export const SCHEMES = {
  light: {
    background: '#ffffff',
    surface: '#f5f7fa',
    line: '#b9c2cd',
    text: '#17202b',
    muted: '#586472',
    app: '#1d5fbf',
    sidecar: '#b8420a',
    good: '#0f6b3c',
    bad: '#b3261e',
    on: '#ffffff',
  },
  dark: {
    background: '#11161d',
    surface: '#1a212b',
    line: '#4a5768',
    text: '#e8edf3',
    muted: '#9fadbd',
    app: '#7fb2ff',
    sidecar: '#ff9b6a',
    good: '#5bd08f',
    bad: '#ff8f85',
    on: '#0c1117',
  },
}

export function svg(width, height, title, content) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
${content.flat(Infinity).filter(Boolean).join('\n')}
</svg>
`
}

export function rect(
  x,
  y,
  width,
  height,
  { fill = 'none', stroke = 'none', radius = 8, strokeWidth = 1 } = {},
) {
  return `<rect x="${x}" y="${y}" width="${round(width)}" height="${height}" rx="${radius}" fill="${fill}" stroke="${stroke}" stroke-width="${strokeWidth}"/>`
}

export function text(x, y, content, { fill, size = 14, bold = false, mono = false, anchor = 'start' }) {
  const font = mono ? MONO : SANS
  return `<text x="${round(x)}" y="${y}" fill="${fill}" font-family="${font}" font-size="${size}"${bold ? ' font-weight="600"' : ''}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`} xml:space="preserve">${escaped(content)}</text>`
}

/** An arrow, horizontal or vertical. */
export function arrow(x1, y1, x2, y2, stroke, { dashed = false } = {}) {
  const [dx, dy] = [Math.sign(x2 - x1) * 7, Math.sign(y2 - y1) * 7]
  const head = `M${x2 - dx - dy * 0.6} ${y2 - dy - dx * 0.6}L${x2} ${y2}L${x2 - dx + dy * 0.6} ${y2 - dy + dx * 0.6}`
  return `<path d="M${x1} ${y1}L${x2} ${y2}${dashed ? '' : head}" fill="none" stroke="${stroke}" stroke-width="2"${dashed ? ' stroke-dasharray="5 4"' : ''}/>${dashed ? `<path d="${head}" fill="none" stroke="${stroke}" stroke-width="2"/>` : ''}`
}

export function escaped(content) {
  return String(content).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}

const round = (number) => Math.round(number * 10) / 10
