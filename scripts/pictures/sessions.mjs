// Output of the command line for the app in fixtures/pictures/shop. Ports, times and ids are replaced by fixed ones.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../free-port.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const shop = join(root, 'fixtures/pictures/shop')
const cli = join(root, 'bin/sidecar-buildpack')
// Debian has no en_US locale, and Perl warns about that.
const env = { ...process.env, PERL_BADLANG: '0' }

export function plannedShop() {
  return JSON.parse(said('plan', shop, '--memory', '512M', '--json'))
}

export function planSession() {
  return ['$ sidecar-buildpack plan --memory 512M', ...lines(said('plan', shop, '--memory', '512M'))]
}

/** Staging of the same app: its files, the output, the files in the droplet, the processes. */
export function stagedShop() {
  return inWork((work) => {
    const log = said('stage', shop, '-o', work)
    const { processes, sidecars } = JSON.parse(readFileSync(join(work, 'result.json'), 'utf8'))
    const listed = lines(execFileSync('tar', ['-tzf', join(work, 'droplet.tgz')], { encoding: 'utf8' }))
    const inDeps = listed
      .map((each) => each.replace(/^\.\//, ''))
      .filter((each) => /^deps\/0\/.*[^/]$/.test(each))
    const title = lines(log)[0]?.replace(/^-+> /, '') ?? ''
    return {
      files: readdirSync(shop).sort(),
      steps: ['sidecar_buildpack', `  ${title}`, '  supply', 'language buildpack', '  finalize'],
      droplet: ['app/', 'deps/0/', ...inDeps.sort().map((each) => each.replace('deps/0/', '  '))],
      processes: [
        ...processes.flatMap(({ type, command }) => [type, `  ${command}`]),
        ...sidecars.flatMap(({ name, memory }) => [name, `  sidecar, ${memory} MiB`]),
      ],
    }
  })
}

/** Runs the app, kills its sidecar, and waits until the app runs again. */
export async function crashSession() {
  const some = Math.floor(Math.random() * 4000)
  const [port, sidecarPort] = [await freePort(20_000 + some), await freePort(25_000 + some)]
  return inWork(async (work) => {
    const app = join(work, 'shop')
    cpSync(shop, app, { recursive: true })
    for (const file of ['sidecars.yml', 'config-server']) {
      const path = join(app, file)
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll('8082', String(sidecarPort)))
    }
    const options = [
      '--memory',
      '512M',
      '--port',
      String(port),
      '--env',
      'PERL_BADLANG=0',
      '--no-container',
      '--log',
      'short',
    ]
    const run = spawn(
      'bash',
      ['-c', 'exec "$@" 2>&1', 'bash', process.execPath, cli, 'run', app, ...options],
      {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    let log = ''
    run.stdout.on('data', (chunk) => (log += chunk))
    try {
      await until(() => times(log, '| healthy\n') === 1)
      const ps = JSON.parse(said('ps', '--json'))
      const sidecar = ps
        .find(({ runner }) => runner === run.pid)
        .processes.find(({ name }) => name === 'config-server')
      const before = log.length
      process.kill(sidecar.pid, 'SIGKILL')
      await until(() => times(log, '| healthy\n') === 2)
      const same = (text) =>
        inOrder(
          text
            .replaceAll(String(port), '8080')
            .replaceAll(String(port + 10_000), '18080')
            .replaceAll(String(sidecarPort), '8082'),
        )
      return [
        '$ sidecar-buildpack run',
        ...same(log.slice(0, before)),
        '',
        '# in another terminal',
        '$ kill -9 "$(sidecar-buildpack ps --pid config-server)"',
        '',
        ...same(log.slice(before)),
      ]
    } finally {
      const ended = new Promise((resolve) => run.once('close', resolve))
      run.kill('SIGINT')
      await ended
    }
  })
}

/** Processes that get SIGTERM together end in no defined order: their lines are sorted. */
function inOrder(log) {
  const ended = lines(log)
    .filter((line) => line.endsWith('Exit status 143'))
    .sort()
  return lines(log).map((line) => (line.endsWith('Exit status 143') ? ended.shift() : line))
}

function said(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${args[0]} ended with ${status}: ${stderr}`)
  return stdout
}

function inWork(use) {
  const work = mkdtempSync(join(tmpdir(), 'pictures-'))
  const clean = () => rmSync(work, { recursive: true, force: true })
  const result = use(work)
  if (!(result instanceof Promise)) {
    clean()
    return result
  }
  return result.finally(clean)
}

const lines = (text) => text.trimEnd().split('\n')
const times = (text, part) => text.split(part).length - 1

async function until(holds) {
  for (let waited = 0; !holds(); waited += 50) {
    if (waited > 60_000) throw new Error('the app did not become healthy within a minute')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
