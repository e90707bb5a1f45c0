// The report's parts: each suite and each bench. What a run of one leaves stays in report/parts until its next run, so
// that a report of hours can be made in several sittings, and one that was interrupted goes on where it stopped.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {object} Part
 * @property {string} name of the npm script
 * @property {number} status its exit status
 * @property {number} seconds it took
 * @property {string} closing its closing line, of vitest
 * @property {string} ended when, in ISO 8601
 * @property {string} commit of what it ran, "+" behind it where files were changed
 * @property {'full' | 'everyday'} counts
 * @property {object[]} figures as `measured` wrote them
 * @property {object} [curve] the points of `bench:curve`
 */

/** The checks, and every suite and bench that package.json names: a new one is in the report by being there. */
export function partNames(root) {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const suites = Object.keys(scripts).filter((name) => /^test(:|$)/.test(name))
  const benches = Object.keys(scripts).filter((name) => /^bench(:|$)/.test(name))
  return ['demo', 'check', 'duplicates', 'mutants', ...suites, ...benches]
}

/** Runs one, prints what it prints, and keeps what came of it. @returns {Part} */
export function runPart(root, into, name, counts) {
  const files = filesOf(into, name)
  mkdirSync(join(into, 'parts'), { recursive: true })
  for (const file of [files.figures, files.curve]) rmSync(file, { force: true })
  const began = Date.now()
  const { status } = spawnSync(
    'bash',
    ['-c', 'set -o pipefail; npm run --silent "$0" 2>&1 | tee "$1"', name, files.log],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        NO_COLOR: '1',
        MEASURES: files.figures,
        CURVE: files.curve,
        FULL_COUNTS: counts === 'full' ? '1' : '',
      },
    },
  )
  const part = {
    name,
    status: status ?? 1,
    seconds: (Date.now() - began) / 1000,
    closing: closingLine(readFileSync(files.log, 'utf8')),
    ended: new Date().toISOString(),
    commit: commitOf(root),
    counts,
    figures: linesOf(files.figures).map((line) => JSON.parse(line)),
    ...(existsSync(files.curve) && { curve: JSON.parse(readFileSync(files.curve, 'utf8')) }),
  }
  writeFileSync(`${files.record}.new`, JSON.stringify(part))
  renameSync(`${files.record}.new`, files.record)
  return part
}

/** What the last run of each left, in the order of `names`. @returns {Part[]} */
export function keptParts(into, names) {
  return names
    .map((name) => filesOf(into, name).record)
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')))
}

function filesOf(into, name) {
  const file = join(into, 'parts', name.replace(':', '-'))
  return { record: `${file}.json`, log: `${file}.log`, figures: `${file}.figures`, curve: `${file}.curve` }
}

function linesOf(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
}

function closingLine(log) {
  const lines = log.split('\n').map((line) => line.trim())
  return lines.findLast((line) => /^Tests /.test(line)) ?? ''
}

/** Of what is checked out, "+" behind it where files differ; empty outside a checkout. */
export function commitOf(root) {
  const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' })
  const head = git('rev-parse', '--short', 'HEAD')
  if (head.status !== 0) return ''
  return head.stdout.trim() + (git('status', '--porcelain').stdout === '' ? '' : '+')
}
