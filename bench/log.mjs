// What `run` costs a talkative app: `node bench/log.mjs`.
// - 50,000 lines through `run`, from the first line to the last, beside `cat` of the same file through one pipe and a filter
//   in Node.js that puts a timestamp before each line. Goal: at most 1.2 times, shortest against shortest.
// - Memory of `run` while an app writes 1,000 lines a second: after ten minutes (every day after 90 s) beside that after one
//   minute (30 s). Goal: at most 1.1 times.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { count, measured } from './measures.mjs'
import { median } from './side-by-side.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const cli = join(root, 'bin', 'sidecar-buildpack')
const folder = mkdtempSync(join(tmpdir(), 'bench-log-'))
const droplet = join(folder, 'droplet.tgz')
const LINES = 50_000
const text = Array.from(
  { length: LINES },
  (_, at) => `INFO request ${at} of user someone answered in 12 ms, path /api/v1`,
)

for (const each of ['app', 'deps', 'profile.d', 'logs', 'tmp'])
  mkdirSync(join(folder, 'droplet', each), { recursive: true })
writeFileSync(join(folder, 'droplet', 'app', 'lines.txt'), `${text.join('\n')}\n`)
writeFileSync(
  join(folder, 'droplet', 'app', 'thousand.js'),
  "let line = 0\nsetInterval(() => { let text = ''; for (let at = 0; at < 100; at++) text += 'INFO request ' + line++ + ' answered in 12 ms\\n'; process.stdout.write(text) }, 100)\n",
)
await ended(spawn('tar', ['-czf', droplet, '-C', join(folder, 'droplet'), '.']))
writeFileSync(
  join(folder, 'filter.mjs'),
  `let rest = ''
process.stdin.setEncoding('utf8')
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\\n')
  rest = lines.pop()
  let text = ''
  for (const line of lines) text += new Date().toISOString() + ' ' + line + '\\n'
  process.stdout.write(text)
})
`,
)

try {
  if (!process.argv.includes('--memory')) await throughput()
  if (!process.argv.includes('--lines')) await memory()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function throughput() {
  const rounds = count(5, 15)
  const [piped, run] = [[], []]
  for (let round = 0; round < rounds; round++) {
    const filter = `sleep 1; cat ${join(folder, 'droplet', 'app', 'lines.txt')}`
    piped.push(
      await firstToLast('bash', ['-c', `(${filter}) | ${process.execPath} ${join(folder, 'filter.mjs')}`]),
    )
    run.push(await firstToLast(process.execPath, [cli, ...command('sleep 1; cat lines.txt')]))
  }
  const measure = '50,000 lines through run, beside cat and a filter'
  const [shortest, beside] = [Math.min(...run), Math.min(...piped)]
  measured({
    ...{
      area: 'log',
      measure: `${measure} (shortest of ${rounds})`,
      value: shortest / beside,
      unit: 'times',
    },
    ...{ atMost: 1.2, beside: `${beside.toFixed(0)} ms` },
  })
  measured({ area: 'log', measure: `${measure} (median)`, value: median(run) / median(piped), unit: 'times' })
}

async function memory() {
  const [early, late] = count([30, 90], [60, 600])
  const child = spawn(process.execPath, [cli, ...command(`${process.execPath} thousand.js`)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  child.stdout.resume()
  await sleep(early * 1000)
  const first = residentMegabytes(child.pid)
  await sleep((late - early) * 1000)
  const last = residentMegabytes(child.pid)
  child.kill('SIGINT')
  await ended(child)
  measured({
    ...{ area: 'log', measure: `memory of run after ${late} s of 1,000 lines a second`, value: last / first },
    ...{ unit: 'times', atMost: 1.1, beside: `${first.toFixed(0)} MiB after ${early} s` },
  })
}

function command(task) {
  return ['run', droplet, '--task', task, '--no-status', '--memory', '256M', '--no-container']
}

/** Milliseconds from the first of the lines to the last. */
async function firstToLast(file, args) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  let [first, last, found] = [0, 0, 0]
  let rest = ''
  child.stdout.on('data', (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split('\n')
    rest = lines.pop()
    const here = lines.filter((line) => line.includes('INFO request')).length
    if (here === 0) return
    if (found === 0) first = performance.now()
    found += here
    last = performance.now()
  })
  await ended(child)
  if (found !== LINES) throw new Error(`${found} lines instead of ${LINES}`)
  return last - first
}

function residentMegabytes(pid) {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024
}

function ended(child) {
  return new Promise((resolve) => child.once('close', resolve))
}
