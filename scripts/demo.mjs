// Stages and runs an app with a sidecar, calls it, kills the sidecar, and shows both restarting. It uses a temporary
// directory and free ports, and leaves nothing behind. Options are passed to `stage` and `run`.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const cli = join(root, 'bin', 'sidecar-buildpack')
const demo = join(root, 'fixtures', 'demo')
const work = mkdtempSync(join(tmpdir(), 'sidecar-demo-'))
// Here the app and its sidecar run on this Node.js; on Cloud Foundry a Node.js buildpack brings one.
const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}` }
const bold = (text) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text)
const say = (text) => console.log(`\n${bold(`=== ${text}`)}`)

process.exitCode = 1
let running
try {
  await main()
  process.exitCode = 0
} catch (error) {
  console.error(`\nThe demo failed: ${error.message}`)
} finally {
  if (running?.exitCode === null) running.kill('SIGTERM')
  rmSync(work, { recursive: true, force: true })
}

async function main() {
  if (process.platform !== 'linux') {
    throw new Error('the demo requires Linux, bash and tar')
  }
  const port = await freePort(8080)
  const sidecarPort = await freePort(8082)
  show('An app with a sidecar: sidecars.yml', join(demo, 'app', 'sidecars.yml'))

  say('Stage it, as Cloud Foundry does')
  const staged = [
    ...process.argv.slice(2),
    '-f',
    join(demo, 'manifest.yml'),
    '--env',
    `CONFIG_SERVER_PORT=${sidecarPort}`,
  ]
  const stage = command('stage', join(demo, 'app'), ...staged, '-b', 'sidecar', '-o', work)
  if (stage.status !== 0) throw new Error(`staging ended with status ${stage.status}`)
  console.log('(With cf push, the Node.js buildpack provides node; the demo uses yours.)')

  say('Run the droplet: the app and its sidecar start together')
  const droplet = join(work, 'droplet.tgz')
  const log = run(
    droplet,
    ...staged,
    '--port',
    String(port),
    '--env-from-shell',
    'PATH',
    '--health-interval',
    '100ms',
  )
  await log.seen('Container became healthy')
  await listening(sidecarPort)
  await request(port)

  say('Show the processes: sidecar-buildpack ps')
  command('ps')

  const sidecar = instance().processes.find(({ kind }) => kind === 'sidecar')
  say(`Kill the sidecar: kill -9 ${sidecar.pid}`)
  process.kill(sidecar.pid, 'SIGKILL')
  await log.seen('"exit_description"=>"APP/PROC/WEB/SIDECAR/CONFIG-SERVER: Exited with status 137"')

  say('The crash names the sidecar, as on Cloud Foundry, and both restart')
  await log.seen('Container became healthy', 2)
  await listening(sidecarPort)
  await request(port)

  say('Ctrl-C')
  running.kill('SIGINT')
  const status = await log.ended
  if (status !== 0) throw new Error(`run ended with status ${status}`)
  say('Done. The same sidecars.yml works with cf push. Try your own app:')
  console.log(`    ${relative(process.cwd(), cli) || cli} run my-app`)
}

/** Prints a file that belongs to the demo. */
function show(title, file) {
  say(title)
  process.stdout.write(readFileSync(file, 'utf8').replace(/^/gm, '    ').trimEnd())
  console.log()
}

function command(...args) {
  console.log(`$ sidecar-buildpack ${args.map(shown).join(' ')}`)
  return spawnSync(cli, args, { env, stdio: ['ignore', 'inherit', 'inherit'] })
}

function instance() {
  const ps = spawnSync(cli, ['ps', '--json'], { env, encoding: 'utf8' })
  return JSON.parse(ps.stdout).find(({ runner }) => runner === running.pid)
}

/** Starts `run` and prints its log. */
function run(...args) {
  console.log(`$ sidecar-buildpack run ${args.map(shown).join(' ')}`)
  running = spawn(cli, ['run', ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  const waiting = new Set()
  running.stdout.on('data', (chunk) => {
    process.stdout.write(chunk)
    text += chunk
    for (const look of waiting) look()
  })
  const ended = new Promise((resolve) => running.once('close', resolve))
  const seen = (wanted, times = 1) =>
    within(
      30,
      `the log says ${wanted}`,
      new Promise((resolve, reject) => {
        const look = () => text.split(wanted).length > times && resolve()
        waiting.add(look)
        void ended.then(() => reject(new Error('the app has ended')))
        look()
      }),
    )
  return { ended, seen }
}

async function request(port) {
  const url = `http://localhost:${port}/config`
  const answer = await fetch(url)
  const text = await answer.text()
  console.log(bold(`$ curl ${url}\n${text.trimEnd()}`))
  if (answer.status !== 200 || !text.includes('Scope')) throw new Error(`the answer was ${answer.status}`)
}

/** Waits until a program listens on the port. */
async function listening(port) {
  const connects = () =>
    new Promise((resolve) => {
      const socket = connect(port, 'localhost', () => resolve(true))
      socket.once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
  const until = async () => {
    while (!(await connects())) await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await within(10, `port ${port} is listened to`, until())
}

function within(seconds, what, promise) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`timeout after ${seconds} s: waiting until ${what}`)),
      seconds * 1000,
    )
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

/** Paths relative to the current directory. */
function shown(argument) {
  return argument.startsWith(root) ? relative(process.cwd(), argument) || '.' : argument
}
