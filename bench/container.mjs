// The time that a container adds to the start of an instance, and the time of `ssh -c true`, measured in turn with a start
// without a container and with `node -e 0`: `node bench/container.mjs [rounds]`.
// Goals: 40 ms for the start (difference of the shortest), 60 ms for ssh.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../scripts/free-port.mjs'
import { count, measured as record } from './measures.mjs'

const cli = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'cli.cjs')
const rounds = Number(process.argv[2] ?? count(10, 40))
const folder = mkdtempSync(join(tmpdir(), 'bench-container-'))
const env = { PATH: process.env.PATH, TMPDIR: folder, XDG_RUNTIME_DIR: folder }
try {
  const app = join(folder, 'app')
  mkdirSync(app)
  writeFileSync(
    join(app, 'sidecars.yml'),
    'sidecars: [{name: s, command: "echo up; exec sleep 1000"}]\nprocesses: {web: "echo up; exec sleep 1000"}\n',
  )
  await ended(
    spawn(process.execPath, [cli, 'stage', app, '-o', join(folder, 'staged')], { env, stdio: 'ignore' }),
  )
  const times = { contained: [], bare: [], ssh: [], node: [] }
  for (let round = 0; round < rounds; round++) {
    for (const kind of ['bare', 'contained']) {
      const run = await started(kind === 'bare' ? ['--no-container'] : [])
      times[kind].push(run.took)
      if (kind === 'contained') {
        times.ssh.push(await timed([cli, 'ssh', '-c', 'true']))
        times.node.push(await timed(['-e', '0']))
      }
      run.child.kill('SIGINT')
      await ended(run.child)
    }
  }
  const least = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, Math.min(...all)]))
  const start = least.contained - least.bare
  const beside = `${least.bare.toFixed(1)} ms without`
  const measure = `start of an instance, added by its container (shortest of ${rounds})`
  record({ area: 'container', measure, value: start, unit: 'ms', atMost: 40, beside })
  const node = `${least.node.toFixed(1)} ms for node -e 0`
  const ssh = `ssh -c true (shortest of ${rounds})`
  record({ area: 'container', measure: ssh, value: least.ssh, unit: 'ms', atMost: 60, beside: node })
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Milliseconds from the log line "creating container" until both the app and its sidecar have printed a line. */
async function started(options) {
  const port = await freePort()
  const droplet = join(folder, 'staged', 'droplet.tgz')
  const args = [cli, 'run', droplet, '--port', String(port), ...options]
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] })
  let text = ''
  let began
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    text += chunk
    if (text.includes('creating container')) began ??= performance.now()
    if ((text.match(/OUT up$/gm) ?? []).length === 2) break
  }
  const took = performance.now() - began
  child.stdout.resume()
  return { child, took }
}

async function timed(args) {
  const began = performance.now()
  await ended(spawn(process.execPath, args, { env, stdio: 'ignore' }))
  return performance.now() - began
}

async function ended(child) {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
