// What the start script and the profile.d script add to the start of a process, side by side with a launch without
// them: `node bench/start.mjs [rounds]`. Records the median of what is added in a round; on a busy machine the
// difference of the shortest, printed below it, is what the work takes. Limits: 5 ms, 10 ms with all features, 40 ms with
// a bound service.
import { spawnSync } from 'node:child_process'
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
  loader: { '.bash': 'text', '.awk': 'text', '.py': 'text' },
  logLevel: 'warning',
})
const server = createServer().listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
const { cases } = await import(pathToFileURL(outfile).href)
const measured = await cases(server.address().port)
try {
  const times = measured.map(() => [])
  for (let round = 0; round < rounds + 3; round++) {
    for (const [at, { launch }] of measured.entries()) {
      const began = process.hrtime.bigint()
      const { status, stderr } = spawnSync(launch.file, launch.argv.slice(1), {
        env: launch.env,
        cwd: launch.cwd,
        stdio: ['ignore', 'ignore', 'pipe'],
        encoding: 'utf8',
      })
      if (status !== 0) throw new Error(`${measured[at].name}: ${stderr}`)
      if (round >= 3) times[at].push(Number(process.hrtime.bigint() - began) / 1e6)
    }
  }
  for (const [at, { name, base, limit }] of measured.entries()) {
    if (base === undefined) continue
    // Each round's own difference: what else the machine does then slows both.
    const added = times[at].map((each, round) => each - times[base][round])
    const beside = `${median(times[base]).toFixed(1)} ms without`
    record({
      area: 'start',
      measure: `added, ${name}`,
      value: median(added),
      unit: 'ms',
      atMost: limit,
      beside,
    })
    const least = Math.min(...times[at]) - Math.min(...times[base])
    console.log(`  between the shortest of each: ${least.toFixed(1)} ms`)
  }
} finally {
  server.close()
  for (const { droplet } of measured) droplet.remove()
  rmSync(outdir, { recursive: true, force: true })
}
