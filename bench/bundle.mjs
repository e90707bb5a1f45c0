// Times of `bundle`, compared with zip and jar and with its unavoidable work. `npm run bench:bundle`
// Requires zip, jar, gzip and go (for a sidecar of 5 MB), and 9 GB in the temporary folder.
import { spawnSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { crc32 } from 'node:zlib'
import { carriedNode } from './carried-node.mjs'
import { count, measured } from './measures.mjs'
import { reportingNode } from './peak-memory.mjs'
import { medians } from './side-by-side.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const MB = 1024 * 1024
const carried = await carriedNode()
const work = mkdtempSync(join(tmpdir(), 'bench-bundle-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))
process.chdir(work)
const rounds = count(5, 11)
let ok = true

const sidecar = goSidecar(5 * MB)
/** The work that every implementation has: compressing the sidecar and starting Node.js. */
const UNAVOIDABLE = { gzip: ['gzip', '-6', '-c', sidecar], node: [process.execPath, '-e', '0'] }
writeFileSync('sidecars.yml', 'sidecars:\n  - {name: server, memory: 64M, source: {path: server}}\n')
console.log(`sidecar: ${(statSync(sidecar).size / MB).toFixed(1)} MB, a Go program; medians of ${rounds}`)

makeJar('small.jar', 300, 20 * MB)
compressedSizes()
makeJar('medium.jar', 300, 240 * MB)
toNewFile('medium.jar')
beside('medium.jar', '240 MB', 1 / 2, 1 / 3)
makeJar('large.jar', 300, 2000 * MB)
independentOfSize()
beside('large.jar', '2 GB', 1 / 8, 1 / 10)
memory('large.jar', 'a 2 GB jar, in place', ['--in-place'])
memory('large.jar', 'a 2 GB jar, to a new file', ['-o', 'out.jar'])
rmSync('large.jar')
manyEntries()
process.exitCode = ok ? 0 : 1

function report(measure, value, atMost, unit, beside) {
  ok = measured({ area: 'bundle', measure, value, unit, atMost, ...(beside && { beside }) }) && ok
}

/** The command line as a user starts it, on the Node.js of this process. */
function bundle(jar, ...options) {
  return [process.execPath, ...cliArguments(jar, ...options)]
}

function cliArguments(jar, ...options) {
  const cli = join(root, 'bin/sidecar-buildpack')
  return [cli, 'bundle', jar, '--sidecar', sidecar, '--config', 'sidecars.yml', ...options]
}

/** `bundle --in-place`, compared with zip and jar. Those get a fresh copy for each round. */
function beside(jar, size, zipGoal, jarGoal) {
  const length = statSync(jar).size
  const copy = 'copy.jar'
  // The jar is synced to disk before each run, for all three tools.
  const asBefore = () => {
    truncateSync(jar, length)
    settle()
  }
  // A copy of the original jar: `zip -u` skips entries that are in it already.
  const fresh = () => {
    truncateSync(jar, length)
    rmSync(copy, { force: true })
    copyFileSync(jar, copy)
    settle()
  }
  const times = medians(
    {
      bundle: { argv: bundle(jar, '--in-place'), before: asBefore },
      zip: { argv: ['zip', '-q', '-u', copy, 'server', 'sidecars.yml'], before: fresh },
      jar: { argv: ['jar', 'uf', copy, 'server', 'sidecars.yml'], before: fresh },
      ...UNAVOIDABLE,
    },
    size === '2 GB' ? Math.min(3, rounds) : rounds,
  )
  truncateSync(jar, length)
  rmSync(copy, { force: true })
  tell(times)
  report(`5 MB in place into a ${size} jar`, times.bundle / times.zip, round(zipGoal), '×', '`zip -u`')
  report(`5 MB in place into a ${size} jar`, times.bundle / times.jar, round(jarGoal), '×', '`jar uf`')
  const parts = times.gzip + times.node
  report(`5 MB in place into a ${size} jar`, times.bundle / parts, 1.1, '×', '`gzip -6` and `node -e 0`')
}

/** The time must not grow with the size of the jar. */
function independentOfSize() {
  const lengths = Object.fromEntries(['small.jar', 'large.jar'].map((jar) => [jar, statSync(jar).size]))
  const one = (jar) => ({ argv: bundle(jar, '--in-place'), before: () => truncateSync(jar, lengths[jar]) })
  const times = medians({ large: one('large.jar'), small: one('small.jar') }, rounds * 2)
  for (const jar of Object.keys(lengths)) truncateSync(jar, lengths[jar])
  tell(times)
  report('in place into a 2 GB jar', times.large / times.small, 1.2, '×', 'a 20 MB jar with as many entries')
}

/** `bundle` to a new file, compared with copying the jar and compressing the sidecar. */
function toNewFile(jar) {
  const remove = (name) => () => {
    rmSync(name, { force: true })
    settle()
  }
  const times = medians(
    {
      bundle: { argv: bundle(jar, '-o', 'out.jar'), before: remove('out.jar') },
      cp: { argv: ['cp', jar, 'cp.jar'], before: remove('cp.jar') },
      ...UNAVOIDABLE,
    },
    rounds,
  )
  rmSync('out.jar')
  rmSync('cp.jar')
  tell(times)
  const parts = times.cp + times.gzip + times.node
  report('5 MB into a new file of 240 MB', times.bundle / parts, 1.1, '×', '`cp`, `gzip -6` and `node -e 0`')
}

/** Four times as many entries take at most four times as long, without starting Node.js and compressing the sidecar. */
function manyEntries() {
  makeJar('e10.jar', 10_000, 60 * MB)
  makeJar('e40.jar', 40_000, 240 * MB)
  const one = (jar) => {
    const length = statSync(jar).size
    return { argv: bundle(jar, '--in-place'), before: () => truncateSync(jar, length) }
  }
  const times = medians({ e40: one('e40.jar'), e10: one('e10.jar'), small: one('small.jar') }, rounds)
  tell(times)
  const per = (name, entries) => (times[name] - times.small) / entries
  console.log(`an entry more: ${(per('e40', 40_000) * 1000).toFixed(1)} µs of 40,000`)
  report('a jar with 40,000 entries', times.e40 / times.e10, 4, '×', 'one with 10,000')
  memory('e40.jar', 'a jar with 40,000 entries, in place', ['--in-place'])
}

function memory(jar, measure, options) {
  const length = statSync(jar).size
  const { node, peak } = reportingNode(carried, work)
  const { status, stderr } = spawnSync(node, cliArguments(jar, ...options), { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  report(`peak memory, ${measure}, carried Node.js`, peak(), 110, 'MB')
  rmSync('out.jar', { force: true })
  truncateSync(jar, length)
}

/** Sizes of compressed programs, compared with zip. Different compilers and linkers made them. */
function compressedSizes() {
  const programs = ['git', 'nginx', 'redis-server', 'haproxy', 'bash', 'python3', 'java']
  const found = programs.map(pathOf).filter((path) => path !== undefined && isProgram(path))
  for (const path of [sidecar, ...found]) {
    rmSync('one.zip', { force: true })
    spawnSync('zip', ['-q', '-6', '-j', 'one.zip', path])
    const byZip = spawnSync('unzip', ['-v', 'one.zip'], { encoding: 'utf8' }).stdout.match(/Defl:N\s+(\d+)/)
    const args = [
      ...cliArguments('small.jar', '-o', 'out.jar', '--json'),
      ...(path === sidecar ? [] : ['--sidecar', `${path}=program`]),
    ]
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    if (!stdout) throw new Error(stderr)
    const name = path === sidecar ? 'server' : 'program'
    const ours = JSON.parse(stdout).added.find((each) => each.path === name).compressedBytes
    const what = path === sidecar ? 'a Go program' : basename(path)
    report(`compressed size of ${what}`, ours / Number(byZip[1]), 1.05, '×', '`zip -6`')
  }
  rmSync('out.jar', { force: true })
  worstOfMany()
}

/** The same for the programs and libraries of this machine with 1 to 20 MB, the first ones by name. */
function worstOfMany() {
  const folders = ['/usr/bin', '/usr/sbin', '/usr/lib']
  const find = ['find', ...folders, '-xdev', '-type', 'f', '-size', '+1M', '-size', '-20M', '-print0']
  const { stdout } = spawnSync(find[0], find.slice(1), { encoding: 'utf8', maxBuffer: 64 * MB })
  const found = stdout.split('\0').filter((path) => path !== '' && isProgram(path))
  const paths = found.sort().slice(0, count(30, 200))
  rmSync('many.zip', { force: true })
  spawnSync('zip', ['-q', '-6', 'many.zip', ...paths])
  const list = spawnSync('unzip', ['-v', 'many.zip'], { encoding: 'utf8', maxBuffer: 64 * MB }).stdout
  const zipped = new Map(
    [...list.matchAll(/Defl:N\s+(\d+).*?\s(\S+)$/gm)].map(([, size, path]) => [path, Number(size)]),
  )
  const sidecars = paths.flatMap((path) => ['--sidecar', `${path}=many${path}`])
  const args = [...cliArguments('small.jar', '-o', 'out.jar', '--json'), ...sidecars]
  const run = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 64 * MB })
  if (!run.stdout) throw new Error(run.stderr)
  const ratios = JSON.parse(run.stdout)
    .added.filter((each) => zipped.has(each.path.replace('many/', '')))
    .map((each) => [
      each.compressedBytes / zipped.get(each.path.replace('many/', '')),
      each.path.replace('many', ''),
    ])
    .sort(([one], [other]) => other - one)
  const [worst, path] = ratios[0]
  console.log(`worst of ${ratios.length}: ${path}`)
  report(
    `compressed size, the worst of ${ratios.length} programs and libraries`,
    worst,
    1.08,
    '×',
    '`zip -6`',
  )
  rmSync('out.jar', { force: true })
}

/** Resolves links. For java, the library that it loads: the program itself is small. */
function pathOf(name) {
  const { stdout } = spawnSync(
    'bash',
    ['-c', `readlink -f "$(PATH=/usr/bin:/usr/sbin command -v ${name})"`],
    {
      encoding: 'utf8',
    },
  )
  const path = stdout.trim()
  if (path === '') return undefined
  return name === 'java' ? join(dirname(path), '../lib/server/libjvm.so') : path
}

function isProgram(path) {
  return existsSync(path) && readFileSync(path).subarray(1, 4).toString() === 'ELF'
}

/** A jar of stored entries with random bytes, like a Spring Boot jar with its nested jars. */
function makeJar(name, entries, bytes) {
  const size = Math.floor(bytes / entries)
  const data = Buffer.alloc(size)
  const file = openSync(name, 'w')
  const directory = []
  let offset = 0
  for (let index = 0; index < entries; index++) {
    const path = Buffer.from(`BOOT-INF/lib/library-${String(index).padStart(6, '0')}.jar`)
    randomFillSync(data, 0, Math.min(size, 64 * 1024))
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt32LE(0x5a210000, 6)
    common.writeUInt32LE(crc32(data), 10)
    common.writeUInt32LE(size, 14)
    common.writeUInt32LE(size, 18)
    common.writeUInt16LE(path.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, path])
    writeSync(file, local)
    writeSync(file, data)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, tail, path]))
    offset += local.length + size
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries, 8)
  end.writeUInt16LE(entries, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  writeSync(file, Buffer.concat([central, end]))
  settle()
}

/** A Go program of about this size, because most sidecars are Go programs. */
function goSidecar(bytes) {
  mkdirSync('go')
  const main = (padding) => `package main

import (
	"encoding/json"
	"net/http"
	"os"
)

var padding = ${JSON.stringify(padding)}

func main() {
	http.HandleFunc("/config", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]int{"padding": len(padding)})
	})
	http.ListenAndServe(":"+os.Getenv("CONFIG_SERVER_PORT"), nil)
}
`
  writeFileSync('go/main.go', main(''))
  const built = spawnSync('go', ['build', '-ldflags=-s -w', '-o', '../server', 'main.go'], {
    cwd: 'go',
    encoding: 'utf8',
  })
  if (built.status !== 0 || !existsSync('server')) throw new Error(`go build: ${built.stderr ?? built.error}`)
  if (Math.abs(statSync('server').size - bytes) > bytes / 4) {
    console.log(`(the program came out as ${statSync('server').size} bytes)`)
  }
  return 'server'
}

/** Waits until the disk has written everything, so that the next command does not wait for earlier data. */
function settle() {
  spawnSync('sync')
}

function tell(times) {
  console.log(
    Object.entries(times)
      .map(([name, time]) => `${name} ${time.toFixed(0)} ms`)
      .join(', '),
  )
}

function round(value) {
  return Math.round(value * 1000) / 1000
}
