// The commands of daily work, compared with `tar czf` and `node -e 0`: `node bench/run.mjs [run|stage|watch|start]…`.
// - run: from the start of `run` until the instance of a 300 MB app is created. Goal: 0.12 × `tar czf` of the app.
// - stage: the same app. Goal: 0.7 × `tar czf`.
// - watch: from a change of a file until the new instance of a small app is healthy. Goal: 1.5 s.
// - start: `completion bash` and `--help`. Goal: 1.6 × `node -e 0`.
// Compares the shortest times, for `start` the medians. Exits with 1 when a goal is missed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../scripts/free-port.mjs'
import { count, measured } from './measures.mjs'
import { medians } from './side-by-side.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const cli = join(root, 'dist', 'cli.cjs')
const SIZE = 300_000_000
const folder = mkdtempSync(join(tmpdir(), 'bench-run-'))
const env = { PATH: process.env.PATH, TMPDIR: folder, XDG_RUNTIME_DIR: folder }
const parts = { run: largeApp, stage: largeApp, watch, start }
const wanted = process.argv.slice(2)
const chosen = Object.keys(parts).filter((each) => wanted.length === 0 || wanted.includes(each))
let holds = true
try {
  for (const part of new Set(chosen.map((each) => parts[each]))) await part()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = holds ? 0 : 1

function record(figure) {
  holds = measured({ area: 'run', ...figure }) && holds
}

async function largeApp() {
  const app = join(folder, 'large')
  makeLargeApp(app)
  const tar = ['tar', ['-czf', join(folder, 'app.tgz'), '-C', app, '.']]
  const commands = {
    run: () => untilCreated(app),
    stage: () => timed(process.execPath, [cli, 'stage', app, '-o', join(folder, 'staged')]),
  }
  const rounds = count(2, 5)
  const times = { tar: [], run: [], stage: [] }
  for (let round = 0; round < rounds; round++) {
    times.tar.push(await timed(...tar))
    for (const each of ['run', 'stage']) if (chosen.includes(each)) times[each].push(await commands[each]())
  }
  const least = (name) => Math.min(...times[name])
  const beside = `${(least('tar') / 1000).toFixed(1)} s for tar czf`
  const of = `(shortest of ${rounds})`
  const goals = { run: ['until the instance is created', 0.12], stage: ['until it ends', 0.7] }
  for (const [name, [what, atMost]] of Object.entries(goals)) {
    if (!chosen.includes(name)) continue
    const measure = `${name} of an app of 300 MB, ${what} ${of}`
    record({ measure, value: least(name) / least('tar'), unit: '× tar czf', atMost, beside })
  }
}

/** Fills the app with copies of the files in node_modules and of Node.js. */
function makeLargeApp(app) {
  const files = readdirSync(join(root, 'node_modules'), { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map(({ parentPath, path, name }) => join(parentPath ?? path, name))
  files.splice(files.length >> 1, 0, process.execPath)
  mkdirSync(app)
  let size = 0
  for (let at = 0; size < SIZE; at++) {
    const bytes = readFileSync(files[at % files.length]).subarray(0, SIZE - size)
    const directory = join(app, `d${at % 97}`)
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, `f${at}`), bytes)
    size += bytes.length
  }
  const command = 'exec sleep 1000'
  writeFileSync(
    join(app, 'sidecars.yml'),
    JSON.stringify({ sidecars: [{ name: 's', command }], processes: { web: command } }),
  )
}

async function untilCreated(app) {
  const began = performance.now()
  const child = spawn(process.execPath, [cli, 'run', app, '--port', String(await freePort())], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await seen(child, 'successfully created container')
  const took = performance.now() - began
  await end(child)
  return took
}

/** Resolves when the output since the call has the text. */
async function seen(child, text) {
  let log = ''
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    log += chunk
    if (log.includes(text)) return
  }
  throw new Error(`"${text}" has not come:\n${log}`)
}

async function end(child) {
  child.stdout.resume()
  child.kill('SIGINT')
  child.kill('SIGINT')
  if (child.exitCode === null) await once(child, 'exit')
}

async function watch() {
  const app = join(folder, 'small')
  mkdirSync(app)
  const server = (answer) =>
    `require('node:http').createServer((_, a) => a.end('${answer}')).listen(process.env.PORT)\n`
  writeFileSync(join(app, 'app.js'), server('0'))
  writeFileSync(
    join(app, 'sidecars.yml'),
    JSON.stringify({
      sidecars: [{ name: 's', command: 'exec sleep 1000' }],
      processes: { web: 'exec node app.js' },
    }),
  )
  const port = await freePort()
  const args = [cli, 'run', app, '--watch', '--env-from-shell', 'PATH', '--port', String(port)]
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const rounds = count(5, 15)
  const times = []
  await seen(child, 'Container became healthy')
  for (let round = 1; round <= rounds; round++) {
    const began = performance.now()
    writeFileSync(join(app, 'app.js'), server(String(round)))
    await seen(child, 'Container became healthy')
    times.push(performance.now() - began)
    const answer = await (await fetch(`http://127.0.0.1:${port}/`)).text()
    if (answer !== String(round)) throw new Error(`the app is healthy, but of version ${answer}`)
  }
  await end(child)
  const measure = `run --watch, from a change until healthy (shortest of ${rounds})`
  const beside = `${(Math.max(...times) / 1000).toFixed(2)} s for the longest`
  record({ measure, value: Math.min(...times) / 1000, unit: 's', atMost: 1.5, beside })
}

function start() {
  const rounds = count(15, 60)
  const node = [process.execPath]
  const times = medians(
    {
      node: [...node, '-e', '0'],
      completion: [...node, cli, 'completion', 'bash'],
      help: [...node, cli, '--help'],
    },
    rounds,
  )
  const beside = `${times.node.toFixed(1)} ms`
  for (const [name, command] of Object.entries({ completion: 'completion bash', help: '--help' })) {
    const measure = `${command} (median of ${rounds})`
    record({ measure, value: times[name] / times.node, unit: '× node -e 0', atMost: 1.6, beside })
  }
}

async function timed(file, args) {
  const began = performance.now()
  const child = spawn(file, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const [status] = await once(child, 'exit')
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: status ${status}`)
  return performance.now() - began
}
