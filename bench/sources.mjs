// Time to bring an archive into the droplet: a supply of the packaged buildpack with the Node.js that it carries, compared
// with shell commands that do the same. `npm run bench:sources -- [--dir DIR]`
//   --dir   working directory (default: the temporary folder); on a tmpfs the disk does not affect the figures
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../scripts/free-port.mjs'
import { count, measured } from './measures.mjs'
import { packagedScripts } from './packaged.mjs'
import { medians } from './side-by-side.mjs'

const at = process.argv.indexOf('--dir')
const work = mkdtempSync(join(at < 0 ? tmpdir() : process.argv[at + 1], 'bench-sources-'))
/** A folder in memory, if this machine has one. */
const inMemory = existsSync('/dev/shm') ? mkdtempSync('/dev/shm/bench-sources-') : work
process.on('exit', () => {
  for (const each of [work, inMemory]) rmSync(each, { recursive: true, force: true })
})
process.on('SIGINT', () => process.exit(130))

const rounds = count(5, 11)
const packaged = await packagedScripts(work)
const archive = makeArchive()
const out = join(work, 'out')
const file = app('file', archive, `file://${archive}`)
const what = `a .tgz of ${(statSync(archive).size / 1e6).toFixed(0)} MB with 2,000 files`
const unpack = 'sha256sum "$F" && tar xzf "$F" -C "$O"'
let holds = true

fromFile()
await fromNginx()
await largeFromNginx()
process.exitCode = holds ? 0 : 1

function fromFile() {
  const times = medians({ ours: supply(file), shell: shell(unpack) }, rounds)
  ratio(`supply of ${what} from file:`, times.ours / times.shell, 1, 'sha256sum && tar xzf')
  peakMemory(`${what} from file:`, file)
}

async function fromNginx() {
  const nginx = await startNginx()
  if (!nginx) {
    console.log('by HTTP: skipped, there is no nginx on this machine')
    return
  }
  const uri = `${nginx.url}/archive.tgz`
  const http = app('http', archive, uri)
  const curl = `curl -sfo "$W/f" ${uri} && sha256sum "$W/f" && tar xzf "$W/f" -C "$O"`
  const cold = medians({ ours: supply(http), shell: shell(curl) }, rounds)
  ratio(`supply of ${what} from nginx, cold`, cold.ours / cold.shell, 1.1, 'curl && sha256sum && tar xzf')
  peakMemory(`${what} from nginx`, http)
  const cached = app('http', archive, uri, inMemory)
  packaged.peakMemory(cached)
  nginx.stop()
  fromWarmCache(http, cached)
}

/** Runs last, because the disk stays busy with its files even after `sync`. */
async function largeFromNginx() {
  const nginx = await startNginx()
  if (!nginx) return
  const large = app('large-http', makeLargeArchive(), `${nginx.url}/large.tgz`)
  peakMemory(`a .tgz of ${count(256, 1024)} MB from nginx`, large)
  nginx.stop()
}

/** The server has ended, so that a download would fail. */
function fromWarmCache(http, httpInMemory) {
  const times = medians({ ours: warmSupply(http), shell: shell(unpack) }, rounds)
  ratio('the same from the warm cache', times.ours / times.shell, 1, 'sha256sum && tar xzf')
  // Both do the same except for reading the cache. Disk writes vary by a tenth, so this runs in memory. Equal times still
  // differ a little in each run.
  const fileInMemory = app('file', archive, `file://${archive}`, inMemory)
  const both = medians({ cache: warmSupply(httpInMemory), file: warmSupply(fileInMemory) }, count(9, 21))
  ratio('the same from the warm cache, in memory', both.cache / both.file, 1.05, 'the same from file:')
}

function peakMemory(name, appDir) {
  const value = Math.round(packaged.peakMemory(appDir))
  note({ measure: `peak memory of supply, ${name}`, value, unit: 'MB', atMost: 140 })
}

function supply(appDir) {
  const command = packaged.supply(appDir)
  const before = () => {
    command.before()
    spawnSync('sync')
  }
  return { ...command, before }
}

/** A supply that keeps the cache of the supply before. */
function warmSupply(appDir) {
  const command = packaged.supply(appDir)
  const before = () => {
    rmSync(command.deps, { recursive: true, force: true })
    mkdirSync(command.deps, { recursive: true })
    spawnSync('sync')
  }
  return { ...command, before }
}

function shell(script) {
  const before = () => {
    for (const each of [out, join(work, 'f')]) rmSync(each, { recursive: true, force: true })
    mkdirSync(out)
    spawnSync('sync')
  }
  return { argv: ['sh', '-c', script], env: { PATH: '/usr/bin:/bin', F: archive, O: out, W: work }, before }
}

function ratio(measure, value, limit, beside) {
  note({ measure, value, unit: '×', beside, ...(limit !== undefined && { atMost: limit }) })
}

function note(figure) {
  holds = measured({ area: 'sources', ...figure }) && holds
}

/** An app in its own folder, where `supply` puts droplet and cache: staging removes unused files from the cache. */
function app(name, packed, uri, place = work) {
  const folder = join(place, name, 'app')
  mkdirSync(folder, { recursive: true })
  const sha256 = execFileSync('sha256sum', [packed], { encoding: 'utf8' }).slice(0, 64)
  writeFileSync(
    join(folder, 'sidecars.yml'),
    `sidecars:\n  - {name: one, source: {uri: "${uri}", sha256: ${sha256}, executable: tree/run}}\n`,
  )
  return folder
}

/** 2,000 files of 150 KB, a third of each random: 300 MB, compressed 100 MB. */
function makeArchive() {
  return packedTree('archive.tgz', (tree) => {
    for (let i = 0; i < 2000; i++) {
      const folder = join(tree, `d${i % 50}`)
      mkdirSync(folder, { recursive: true })
      const words = Array.from(
        { length: 4600 },
        (_, n) => `${((n * (i + 7)) % 9973).toString(36)} lorem ipsum dolor `,
      )
      const text = Buffer.from(words.join('').slice(0, 113_000))
      writeFileSync(join(folder, `f${i}`), Buffer.concat([randomBytes(37_000), text]))
    }
  })
}

/** An archive of one random file, which gzip cannot make smaller. */
function makeLargeArchive() {
  return packedTree('large.tgz', (tree) => {
    for (let i = 0; i < count(16, 64); i++) appendFileSync(join(tree, 'large'), randomBytes(16 * 1024 ** 2))
  })
}

function packedTree(name, fill) {
  const tree = join(work, 'tree')
  mkdirSync(tree)
  fill(tree)
  writeFileSync(join(tree, 'run'), '#!/bin/sh\n', { mode: 0o755 })
  execFileSync('tar', ['czf', join(work, name), '-C', work, 'tree'])
  rmSync(tree, { recursive: true })
  return join(work, name)
}

async function startNginx() {
  const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/sbin/nginx'].find((each) =>
    existsSync(each),
  )
  if (!nginx) return undefined
  const port = await freePort()
  const config = `daemon off; worker_processes 1; pid ${work}/nginx.pid; error_log ${work}/nginx.log;
    events {} http { access_log off; client_body_temp_path ${work}/body; proxy_temp_path ${work}/p;
    fastcgi_temp_path ${work}/f1; uwsgi_temp_path ${work}/u; scgi_temp_path ${work}/s;
    server { listen 127.0.0.1:${port}; root ${work}; } }`
  writeFileSync(join(work, 'nginx.conf'), process.getuid?.() === 0 ? `user root; ${config}` : config)
  const server = spawn(nginx, ['-c', join(work, 'nginx.conf')], { stdio: 'ignore' })
  process.on('exit', () => server.kill())
  const url = `http://127.0.0.1:${port}`
  for (let attempt = 0; attempt < 50; attempt++) {
    if (spawnSync('curl', ['-sfI', `${url}/archive.tgz`]).status === 0)
      return { url, stop: () => server.kill() }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return undefined
}
