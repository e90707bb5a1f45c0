// `npm run report`: every suite and every bench at full length, then report/report.md (each figure with its goal, and
// how each part ended) and report/staging-time.svg. Takes hours; `npm run report -- bench bench:start` runs those
// parts alone, `--short` with everyday counts. Every part runs; ends non-zero when one failed or a figure missed.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { plot } from './plot.mjs'
import { figuresTable, partsTable } from './table.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const into = join(root, 'report')
const files = { measures: join(into, 'measures.jsonl'), curve: join(into, 'curve.json') }
const asked = process.argv.slice(2).filter((each) => each !== '--short')
const short = process.argv.includes('--short')

const names = partNames()
const unknown = asked.filter((each) => !names.includes(each))
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')}; there are ${names.join(', ')}`)
  process.exit(2)
}
mkdirSync(into, { recursive: true })
for (const file of Object.values(files)) rmSync(file, { force: true })
const parts = names.filter((each) => asked.length === 0 || asked.includes(each)).map(run)
const figures = existsSync(files.measures)
  ? readFileSync(files.measures, 'utf8')
      .trimEnd()
      .split('\n')
      .map((each) => JSON.parse(each))
  : []
writeFileSync(join(into, 'report.md'), report())
if (existsSync(files.curve)) writeFileSync(join(into, 'staging-time.svg'), drawing())
console.log(`\n${join(into, 'report.md')}: ${figures.length} figures of ${parts.length} parts`)
process.exitCode = parts.every(({ status }) => status === 0) && figures.every(({ holds }) => holds) ? 0 : 1

/** Every suite and every bench that package.json names: a new one is in the report by being there. */
function partNames() {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const suites = Object.keys(scripts).filter((name) => /^test(:|$)/.test(name))
  const benches = Object.keys(scripts).filter((name) => /^bench(:|$)/.test(name))
  return ['demo', 'check', ...suites, ...benches]
}

function run(name) {
  console.log(`\n===== ${name}`)
  const began = Date.now()
  const log = join(into, `${name.replace(':', '-')}.log`)
  const { status } = spawnSync(
    'bash',
    ['-c', 'set -o pipefail; npm run --silent "$0" 2>&1 | tee "$1"', name, log],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        NO_COLOR: '1',
        MEASURES: files.measures,
        CURVE: files.curve,
        FULL_COUNTS: short ? '' : '1',
      },
    },
  )
  const lines = readFileSync(log, 'utf8')
    .split('\n')
    .map((line) => line.trim())
  const closing = lines.findLast((line) => /^Tests /.test(line)) ?? ''
  return { name, status: status ?? 1, seconds: (Date.now() - began) / 1000, closing }
}

function report() {
  const [cpu] = cpus()
  const machine = `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node.js ${process.version}`
  return `# Report

${new Date().toISOString().slice(0, 10)}, ${short ? 'everyday' : 'full'} counts, on ${machine}. Made by \`npm run report\`. Ratios are of
medians, measured side by side in one run.

## Figures

${figuresTable(figures)}
${existsSync(files.curve) ? '## Staging time\n\n![staging time against number and size of sidecars](staging-time.svg)\n\n' : ''}## Parts

${partsTable(parts)}`
}

function drawing() {
  const { number, megabytes } = JSON.parse(readFileSync(files.curve, 'utf8'))
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
