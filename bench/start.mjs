// The time that the start script and the profile.d script add to the start of a process, measured in turn with a launch
// without them: `node bench/start.mjs [rounds]`. The time ends when the app or the sidecar itself runs. The goals apply
// to the difference of the shortest times. The recorded median also contains what else the machine did.
// Goals: 5 ms, 10 ms with all features, 40 ms with a bound service.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { count, measured as record } from './measures.mjs'
import { median } from './side-by-side.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const rounds = Number(process.argv[2] ?? count(30, 100))
const outdir = mkdtempSync(join(tmpdir(), 'bench-start-'))
const outfile = join(outdir, 'droplets.mjs')
await build({
  absWorkingDir: root,
  entryPoints: ['bench/start-droplets.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  loader: { '.bash': 'text', '.awk': 'text', '.pl': 'text' },
  logLevel: 'warning',
})
const server = createServer().listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
const { cases } = await import(pathToFileURL(outfile).href)
const [base, ...others] = await cases(server.address().port)
try {
  const times = [base, ...others].map(() => [])
  for (let round = 0; round < rounds + 3; round++) {
    for (const [at, each] of [base, ...others].entries()) {
      const took = await startOf(each)
      if (round >= 3) times[at].push(took)
    }
  }
  const [bare, ...rest] = times
  const beside = `${Math.min(...bare).toFixed(1)} ms without`
  for (const [at, { name, limit }] of others.entries()) {
    const least = Math.min(...rest[at]) - Math.min(...bare)
    const measure = `added, ${name} (shortest of ${rounds} against the shortest)`
    record({ area: 'start', measure, value: least, unit: 'ms', atMost: limit, beside })
    // The difference within a round: other load slows both launches of a round.
    const added = median(rest[at].map((each, round) => each - bare[round]))
    record({ area: 'start', measure: `added, ${name} (median of the rounds)`, value: added, unit: 'ms' })
  }
} finally {
  server.close()
  for (const { droplet } of [base, ...others]) droplet.remove()
  rmSync(outdir, { recursive: true, force: true })
}

/** Milliseconds from the launch to the time that the started program prints. */
async function startOf({ name, launch }) {
  const began = performance.timeOrigin + performance.now()
  const child = spawn(launch.file, launch.argv.slice(1), {
    env: launch.env,
    cwd: launch.cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let written = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => (written += chunk))
  await new Promise((resolve) => child.once('close', resolve))
  const [said] = /^\d+[.,]\d{6}$/m.exec(written) ?? []
  if (said === undefined) throw new Error(`${name}: ended without a start`)
  return Number(said.replace(',', '.')) * 1000 - began
}
