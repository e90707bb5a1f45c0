// The report's parts: each suite and each benchmark. The result of a run stays in report/parts until its next run, so that
// an interrupted report continues where it stopped.
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

/** Suites once more, in another kind of container: their everyday length is enough, as they run at full length too. */
const OTHER_WAYS = ['test:as-user', 'test:bare', 'test:bare-as-user']

/** The length of a part in a run of this length. @returns {Part['counts']} */
export const countsOf = (name, counts) => (OTHER_WAYS.includes(name) ? 'everyday' : counts)

/** The checks, and every suite and benchmark in package.json, so that the report has new ones without a change. */
export function partNames(root) {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const suites = Object.keys(scripts).filter((name) => /^test(:|$)/.test(name))
  const benches = Object.keys(scripts).filter((name) => /^bench(:|$)/.test(name))
  return ['demo', 'check', 'duplicates', 'mutants', ...suites, ...benches]
}

/** Runs one, shows its output, and keeps its result. @returns {Part} */
export function runPart(root, into, name, asked) {
  const counts = countsOf(name, asked)
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

/** The results of the last runs, in the order of `names`. @returns {Part[]} */
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

/** The commit that is checked out, with "+" if files are changed; empty outside a checkout. */
export function commitOf(root) {
  const git = (...args) => spawnSync('git', args, { cwd: root, encoding: 'utf8' })
  const head = git('rev-parse', '--short', 'HEAD')
  if (head.status !== 0) return ''
  return head.stdout.trim() + (git('status', '--porcelain').stdout === '' ? '' : '+')
}
