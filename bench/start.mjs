// What the start script and the profile.d script add to the start of a process, side by side with a launch without
// them: `node bench/start.mjs [rounds]`. Prints the shortest and the median time in ms; on a busy machine the shortest
// is what the work takes. Limits for what is added: 5 ms, 10 ms with all features, 40 ms with a bound service.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const rounds = Number(process.argv[2] ?? 40)
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
  for (const list of times) list.sort((a, b) => a - b)
  const shortest = times.map(([first]) => first)
  const medians = times.map((list) => list[Math.floor(list.length / 2)])
  for (const [at, { name, base, limit }] of measured.entries()) {
    const added =
      base === undefined ? '' : `  added ${(shortest[at] - shortest[base]).toFixed(1)} (limit ${limit})`
    const figures = `${shortest[at].toFixed(1).padStart(6)} ms, median ${medians[at].toFixed(1).padStart(6)} ms`
    console.log(`${name.padEnd(56)}${figures}${added}`)
  }
} finally {
  server.close()
  for (const { droplet } of measured) droplet.remove()
  rmSync(outdir, { recursive: true, force: true })
}
