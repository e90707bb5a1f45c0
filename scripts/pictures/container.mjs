// The container of an app: the ports from the request to the app, the other sidecars, and the memory, drawn to scale.
import { arrow, rect, svg, text } from './svg.mjs'

const WIDTH = 860
const BOX = { width: 190, height: 84 }
const MIB = 1024 ** 2

/** @param plan what `plan --json` prints */
export function containerPicture(plan, colours) {
  const [web] = plan.processes
  const proxies = web.proxies.map(({ name, port }) => ({
    name,
    port,
    kind: 'proxy',
    memory: memoryOf(web, name),
  }))
  const chain = [...proxies, { name: plan.app, port: web.port, kind: 'app', memory: web.app }]
  const others = web.sidecars.filter(({ name }) => !proxies.some((each) => each.name === name))
  const app = web.startOrder.find(({ kind }) => kind === 'app')
  const start = 178
  const step = BOX.width + 104
  const appX = start + (chain.length - 1) * step
  const below = 210
  return svg(WIDTH, 410, `Container of the app ${plan.app} with ${web.sidecars.length} sidecars`, [
    rect(0, 0, WIDTH, 410, { fill: colours.background, radius: 12 }),
    rect(110, 20, 730, 370, { stroke: colours.line, radius: 14, strokeWidth: 2 }),
    text(128, 46, `One container, ${mebibytes(web.container)}`, { fill: colours.muted, size: 14 }),
    text(20, 108, 'Request', { fill: colours.text, bold: true }),
    ...chain.flatMap((each, index) => {
      const x = start + index * step
      const from = index === 0 ? 92 : x - step + BOX.width + 4
      return [
        arrow(from, 104, x - 4, 104, colours.muted),
        text(index === 0 ? x - 36 : (from + x) / 2, 96, `:${each.port}`, {
          fill: colours.muted,
          size: 13,
          mono: true,
          anchor: 'middle',
        }),
        box(x, 62, each, colours),
      ]
    }),
    ...others.flatMap(({ name, memory }, index) => {
      const x = appX - index * step
      const wait = app?.waitsFor.find((each) => each.name === name)
      return [
        box(x, below, { name, kind: 'sidecar', memory }, colours),
        wait ? arrow(x + 95, below - 4, x + 95, 62 + BOX.height + 4, colours.muted, { dashed: true }) : '',
        wait ? text(x + 105, 184, 'the app starts when', { fill: colours.muted, size: 12 }) : '',
        wait
          ? text(x + 105, 200, `${/^port \d+/.exec(wait.until)?.[0] ?? 'it'} is ready`, {
              fill: colours.muted,
              size: 12,
            })
          : '',
      ]
    }),
    memoryBar(web, plan.app, colours),
  ])
}

function box(x, y, { name, kind, memory }, colours) {
  const colour = kind === 'app' ? colours.app : colours.sidecar
  return [
    rect(x, y, BOX.width, BOX.height, { fill: colours.surface, stroke: colours.line }),
    rect(x, y, 6, BOX.height, { fill: colour, radius: 3 }),
    text(x + 18, y + 24, kind === 'proxy' ? 'sidecar, proxy' : kind, { fill: colours.muted, size: 12 }),
    text(x + 18, y + 46, name, { fill: colours.text, size: 16, bold: true }),
    text(x + 18, y + 68, mebibytes(memory), { fill: colours.muted, size: 13 }),
  ]
}

function memoryBar(web, app, colours) {
  const [left, top, width] = [128, 326, 694]
  const parts = [
    ...web.sidecars.map(({ name, memory = 0 }) => ({ name, memory, colour: colours.sidecar })),
    { name: app, memory: web.app, colour: colours.app },
  ]
  let x = left
  let labelX = left
  const drawn = parts.map(({ name, memory, colour }) => {
    const wide = (memory / web.container) * width
    const [at, labelAt] = [x, labelX]
    const label = `${name} ${mebibytes(memory)}`
    x += wide
    labelX += Math.max(wide, label.length * 7 + 24)
    return [
      rect(at, top, wide - 2, 22, { fill: colour, radius: 3 }),
      rect(labelAt, top + 32, 10, 10, { fill: colour, radius: 2 }),
      text(labelAt + 16, top + 42, label, { fill: colours.muted, size: 12 }),
    ]
  })
  return [text(left, top - 10, 'Memory, to scale', { fill: colours.muted, size: 12 }), ...drawn]
}

const memoryOf = (web, name) => web.sidecars.find((each) => each.name === name)?.memory
const mebibytes = (bytes) => (bytes === undefined ? 'no memory reserved' : `${Math.round(bytes / MIB)} MiB`)
