// `npm run report`: every suite and every bench at full length, then report/report.md (each figure with its goal, and
// how each part ended) and report/staging-time.svg. Takes hours; the report is updated after each part.
//   npm run report -- bench bench:start   only these parts; the report keeps the last results of the others
//   npm run report -- --missing           only parts without a successful run at this length and commit
//   npm run report -- --short             short counts
// Every part runs. The exit status is not 0 if a part failed or a figure missed its goal.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commitOf, countsOf, keptParts, partNames, runPart } from './parts.mjs'
import { plot } from './plot.mjs'
import { figuresTable, partsTable } from './table.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const into = join(root, 'report')
const counts = process.argv.includes('--short') ? 'everyday' : 'full'
const names = partNames(root)
const asked = process.argv.slice(2).filter((each) => !['--short', '--missing'].includes(each))
const unknown = asked.filter((each) => !names.includes(each))
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')}; there are ${names.join(', ')}`)
  process.exit(2)
}

mkdirSync(into, { recursive: true })
for (const name of wanted()) {
  console.log(`\n===== ${name}`)
  runPart(root, into, name, counts)
  write()
}
const parts = write()
const figures = parts.flatMap((part) => part.figures)
console.log(`\n${join(into, 'report.md')}: ${figures.length} figures of ${parts.length} parts`)
process.exitCode = parts.every(({ status }) => status === 0) && figures.every(({ holds }) => holds) ? 0 : 1

function wanted() {
  const chosen = names.filter((each) => asked.length === 0 || asked.includes(each))
  if (!process.argv.includes('--missing')) return chosen
  const commit = commitOf(root)
  const done = keptParts(into, names).filter(
    (part) => part.status === 0 && part.counts === countsOf(part.name, counts) && part.commit === commit,
  )
  return chosen.filter((name) => !done.some((part) => part.name === name))
}

function write() {
  const parts = keptParts(into, names)
  const curve = parts.find((part) => part.curve !== undefined)?.curve
  writeFileSync(join(into, 'report.md'), report(parts, curve !== undefined))
  if (curve !== undefined) writeFileSync(join(into, 'staging-time.svg'), drawing(curve))
  return parts
}

function report(parts, isDrawn) {
  const [cpu] = cpus()
  const machine = `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node.js ${process.version}`
  return `# Report

${new Date().toISOString().slice(0, 10)}, on ${machine}. Made by \`npm run report\`. Ratios are of medians, measured side by side
in one run.

## Figures

${figuresTable(parts.flatMap((part) => part.figures))}
${isDrawn ? '## Staging time\n\n![staging time against number and size of sidecars](staging-time.svg)\n\n' : ''}## Parts

${partsTable(parts)}`
}

function drawing({ number, megabytes }) {
  const series = (points) =>
    [
      ['supply of this buildpack', 'ours'],
      ['cp -r of the same files', 'cp'],
      ['a bash supply', 'bash'],
    ].map(([name, key]) => ({ name, points: points.map((point) => [point.x, point[key]]) }))
  return plot([
    {
      title: 'Staging against the number of sidecars',
      xLabel: 'sidecars',
      yLabel: 'ms',
      series: series(number),
    },
    {
      title: 'Staging against the size of a sidecar',
      xLabel: 'MiB (logarithmic)',
      yLabel: 'ms (logarithmic)',
      log: true,
      series: series(megabytes),
    },
  ])
}
