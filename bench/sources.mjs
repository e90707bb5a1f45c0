// What placing sources costs, side by side with the shell doing the same: node bench/sources.mjs [--node FILE] [--dir DIR]
//   --node  the Node.js to measure with (default: this one; the packaged buildpack carries 24 LTS)
//   --dir   where to work (default: the temporary folder); a tmpfs takes the disk out of the figures
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleWithLateParts } from '../scripts/lazy-parts.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const option = (name, otherwise) => {
  const at = process.argv.indexOf(name)
  return at < 0 ? otherwise : process.argv[at + 1]
}
const node = option('--node', process.execPath)
const rounds = Number(option('--rounds', 5))
const work = mkdtempSync(join(option('--dir', tmpdir()), 'bench-sources-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))
process.on('SIGINT', () => process.exit(130))

const driver = await buildDriver()
const app = join(work, 'app')
mkdirSync(app)

const rows = []
await measureArchives()
measureCopies()
for (const row of rows) console.log(row)

async function measureArchives() {
  const archive = makeArchive()
  const megabytes = (statSync(archive).size / 1024 ** 2).toFixed(0)
  const sum = createHash('sha256').update(readFileSync(archive)).digest('hex')
  const out = join(work, 'out')
  const shell = (script) => () => run('sh', ['-c', script], { F: archive, O: out, W: work })
  const place = (uri) => () =>
    run(node, [driver, app, join(work, 'cache'), join(work, 'into'), source({ uri, sha256: sum })])
  const clear =
    (...names) =>
    () =>
      names.forEach((name) => void rmSync(join(work, name), { recursive: true, force: true }))
  const fresh = () => {
    clear('out', 'into')()
    mkdirSync(out)
  }
  const fromFile = place(`file://${archive}`)
  const [file, reference] = sideBySide(
    fresh,
    fromFile,
    shell('sha256sum "$F" >/dev/null && tar xzf "$F" -C "$O"'),
  )
  report(`install a ${megabytes} MB .tgz (2,000 files) from file:`, file, '1.0 × sha256sum && tar', reference)
  const nginx = await startNginx(work)
  if (!nginx) {
    rows.push('by HTTP: skipped, there is no nginx on this machine')
  } else {
    const uri = `${nginx.url}/archive.tgz`
    const cold = () => {
      fresh()
      clear('cache', 'f')()
    }
    const [http, curl] = sideBySide(
      cold,
      place(uri),
      shell(`curl -sfo "$W/f" ${uri} && sha256sum "$W/f" >/dev/null && tar xzf "$W/f" -C "$O"`),
    )
    report('the same from nginx, cold', http, '1.1 × curl && sha256sum && tar', curl)
    clear('into')()
    place(uri)()
    const [warm, again] = sideBySide(fresh, place(uri), fromFile)
    report('the same from the warm cache', warm, '1.0 × from file:', again)
    nginx.stop()
    clear('cache')()
  }
  fresh()
  const memory = run(
    node,
    [driver, app, join(work, 'cache'), join(work, 'into'), source({ uri: `file://${archive}`, sha256: sum })],
    { MEASURE_MEMORY: '1' },
  )
  rows.push(`peak memory of that: ${Number(memory).toFixed(0)} MB (at most 140)`)
  clear('out', 'into', 'archive.tgz')()
}

function measureCopies() {
  const big = join(app, 'big')
  mkdirSync(big)
  writeFileSync(join(big, 'run'), '#!/bin/sh\n', { mode: 0o755 })
  const piece = randomBytes(64 * 1024 ** 2)
  for (let i = 0; i < 16; i++) writeFileSync(join(big, `part${i}`), piece)
  const into = join(work, 'into')
  const clear = () => rmSync(into, { recursive: true, force: true })
  const [copied, cp] = sideBySide(
    clear,
    () => run(node, [driver, app, work, into, source({ path: 'big' })]),
    () => run('cp', ['-r', big, into]),
  )
  report('copy 1 GB of the app', copied, '1.1 × cp -r', cp)
  clear()
  const memory = run(node, [driver, app, work, into, source({ path: 'big' })], { MEASURE_MEMORY: '1' })
  rows.push(`peak memory of that: ${Number(memory).toFixed(0)} MB (at most 100)`)
  rmSync(big, { recursive: true })
  clear()
  const names = Array.from({ length: 200 }, (_, i) => `sidecar${i}`)
  for (const name of names) writeFileSync(join(app, name), '#!/bin/sh\n', { mode: 0o755 })
  const sources = (count) => names.slice(0, count).map((path) => source({ path }))
  const [all, one] = sideBySide(
    clear,
    () => run(node, [driver, app, work, into, ...sources(200)]),
    () => run(node, [driver, app, work, into, ...sources(1)]),
  )
  rows.push(`200 sources: ${((all - one) / 199).toFixed(2)} ms each beyond the first (at most 1)`)
}

/** Runs both in turn, each after `before`, and takes the median of each, in milliseconds. */
function sideBySide(before, ours, theirs) {
  const times = [[], []]
  for (let round = 0; round < rounds; round++) {
    for (const [index, each] of [ours, theirs].entries()) {
      before()
      const start = performance.now()
      each()
      times[index].push(performance.now() - start)
    }
  }
  return times.map((each) => each.sort((a, b) => a - b)[Math.floor(each.length / 2)])
}

function report(what, ours, limit, theirs) {
  rows.push(
    `${what}: ${ours.toFixed(0)} ms = ${(ours / theirs).toFixed(2)} × ${theirs.toFixed(0)} ms (at most ${limit})`,
  )
}

function run(command, args, env = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${command} ${args[0]}: ${stderr}`)
  return stdout
}

function source(said) {
  return JSON.stringify({ ...said, kind: said.uri ? 'uri' : 'path' })
}

/** 2,000 files of 150 KiB, a third of them as good as random. */
function makeArchive() {
  const tree = join(work, 'tree')
  for (let i = 0; i < 2000; i++) {
    const folder = join(tree, `d${i % 50}`)
    mkdirSync(folder, { recursive: true })
    const words = Array.from(
      { length: 4600 },
      (_, n) => `${((n * (i + 7)) % 9973).toString(36)} lorem ipsum dolor `,
    )
    writeFileSync(
      join(folder, `f${i}`),
      Buffer.concat([randomBytes(42 * 1024), Buffer.from(words.join('').slice(0, 108 * 1024))]),
    )
  }
  writeFileSync(join(tree, 'run'), '#!/bin/sh\n', { mode: 0o755 })
  const archive = join(work, 'archive.tgz')
  execFileSync('tar', ['czf', archive, '-C', work, 'tree'])
  rmSync(tree, { recursive: true })
  return archive
}

async function buildDriver() {
  const outdir = join(work, 'driver')
  await bundleWithLateParts(root, outdir, { driver: 'bench/sources-driver.ts' })
  return join(outdir, 'driver.cjs')
}

async function startNginx(folder) {
  const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/sbin/nginx'].find((each) =>
    existsSync(each),
  )
  if (!nginx) return undefined
  const port = await freePort()
  const config = `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
    events {} http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/p;
    fastcgi_temp_path ${folder}/f1; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
    server { listen 127.0.0.1:${port}; root ${folder}; } }`
  writeFileSync(join(folder, 'nginx.conf'), process.getuid?.() === 0 ? `user root; ${config}` : config)
  const server = spawn(nginx, ['-c', join(folder, 'nginx.conf')], { stdio: 'ignore' })
  process.on('exit', () => server.kill())
  const url = `http://127.0.0.1:${port}`
  for (let attempt = 0; attempt < 50; attempt++) {
    if (spawnSync('curl', ['-sfI', `${url}/archive.tgz`]).status === 0)
      return { url, stop: () => server.kill() }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return undefined
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
