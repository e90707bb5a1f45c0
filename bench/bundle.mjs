// What `bundle` costs beside the tools that do the same, and beside what it cannot do without. `npm run bench:bundle`
// Needs zip, jar, gzip and go (for a sidecar of 5 MB), and 9 GB on the disk of the temporary folder.
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
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { crc32 } from 'node:zlib'
import { carriedNode } from './carried-node.mjs'
import { medians, Table } from './side-by-side.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const MB = 1024 * 1024
const node = await carriedNode()
const work = mkdtempSync(join(tmpdir(), 'bench-bundle-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))
process.chdir(work)
const cli = join(root, 'dist/cli.cjs')
const table = new Table()
const rounds = Number(process.argv[2] ?? 5)

const sidecar = goSidecar(5 * MB)
writeFileSync('sidecars.yml', 'sidecars:\n  - {name: server, memory: 64M, source: {path: server}}\n')
console.log(`sidecar: ${(statSync(sidecar).size / MB).toFixed(1)} MB, a Go program; medians of ${rounds}`)

compressedSize()
makeJar('small.jar', 300, 20 * MB)
makeJar('medium.jar', 300, 240 * MB)
toNewFile('medium.jar')
beside('medium.jar', '240 MB', 1 / 2, 1 / 3)
makeJar('large.jar', 300, 2000 * MB)
sizeCostsNothing()
beside('large.jar', '2 GB', 1 / 10, 1 / 10)
memory('large.jar', 'peak memory, 2 GB jar, in place', ['--in-place'])
memory('large.jar', 'peak memory, 2 GB jar, to a new file', ['-o', 'out.jar'])
rmSync('large.jar')
manyEntries()
table.print()
process.exitCode = table.ok ? 0 : 1

function bundle(jar, ...options) {
  return [node, cli, 'bundle', jar, '--sidecar', sidecar, '--config', 'sidecars.yml', ...options]
}

/** In place into a jar, against zip and jar, which get a fresh copy each time. */
function beside(jar, size, zipGoal, jarGoal) {
  const length = statSync(jar).size
  const copy = 'copy.jar'
  const fresh = () => {
    rmSync(copy, { force: true })
    copyFileSync(jar, copy)
    settle()
  }
  const times = medians(
    {
      bundle: { argv: bundle(jar, '--in-place'), before: () => truncateSync(jar, length) },
      zip: { argv: ['zip', '-q', '-u', copy, 'server', 'sidecars.yml'], before: fresh },
      jar: { argv: ['jar', 'uf', copy, 'server', 'sidecars.yml'], before: fresh },
    },
    size === '2 GB' ? Math.min(3, rounds) : rounds,
  )
  truncateSync(jar, length)
  rmSync(copy, { force: true })
  tell(times)
  table.add(`in place into ${size} / zip -u`, times.bundle / times.zip, round(zipGoal), '×')
  table.add(`in place into ${size} / jar uf`, times.bundle / times.jar, round(jarGoal), '×')
}

/** The jar's size must cost nothing. */
function sizeCostsNothing() {
  const lengths = Object.fromEntries(['small.jar', 'large.jar'].map((jar) => [jar, statSync(jar).size]))
  const one = (jar) => ({ argv: bundle(jar, '--in-place'), before: () => truncateSync(jar, lengths[jar]) })
  const times = medians({ large: one('large.jar'), small: one('small.jar') }, rounds * 2)
  for (const jar of Object.keys(lengths)) truncateSync(jar, lengths[jar])
  tell(times)
  table.add('in place, 2 GB / 20 MB, 300 entries both', times.large / times.small, 1.2, '×')
}

/** To a new file, against its parts. */
function toNewFile(jar) {
  const remove = (name) => () => {
    rmSync(name, { force: true })
    settle()
  }
  const times = medians(
    {
      bundle: { argv: bundle(jar, '-o', 'out.jar'), before: remove('out.jar') },
      cp: { argv: ['cp', jar, 'cp.jar'], before: remove('cp.jar') },
      gzip: ['gzip', '-6', '-c', sidecar],
      node: [node, '-e', '0'],
    },
    rounds,
  )
  rmSync('out.jar')
  rmSync('cp.jar')
  tell(times)
  table.add(
    'to a new file / (cp + gzip -6 + node)',
    times.bundle / (times.cp + times.gzip + times.node),
    1.1,
    '×',
  )
}

/** Linear in entries: four times as many cost at most four times as much, starting Node.js and compressing aside. */
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
  table.add('a jar with 40,000 entries / with 10,000', times.e40 / times.e10, 4, '×')
  memory('e40.jar', 'peak memory, 40,000 entries, in place', ['--in-place', '--replace'])
}

function memory(jar, measure, options) {
  const length = statSync(jar).size
  const preload = join(work, 'peak.cjs')
  // The process's own high-water mark: `maxRSS` of a child counts what its parent had when it was started.
  writeFileSync(
    preload,
    `const fs = require('fs')
process.on('exit', () => fs.writeFileSync(${JSON.stringify(join(work, 'peak'))}, fs.readFileSync('/proc/self/status')))`,
  )
  const [command, ...args] = bundle(jar, ...options)
  const { status, stderr } = spawnSync(command, ['-r', preload, ...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  table.add(measure, Number(/VmHWM:\s+(\d+)/.exec(readFileSync('peak', 'utf8'))[1]) / 1024, 110, 'MB')
  rmSync('out.jar', { force: true })
  truncateSync(jar, length)
}

function compressedSize() {
  spawnSync('zip', ['-q', '-6', 'one.zip', 'server'])
  const byZip = spawnSync('unzip', ['-v', 'one.zip', 'server'], { encoding: 'utf8' }).stdout.match(
    /Defl:N\s+(\d+)/,
  )
  makeJar('tiny.jar', 3, 3000)
  const { stdout, stderr } = spawnSync(node, bundle('tiny.jar', '-o', 'out.jar', '--json').slice(1), {
    encoding: 'utf8',
  })
  if (!stdout) throw new Error(stderr)
  const ours = JSON.parse(stdout).added[0].compressedBytes
  table.add('compressed size of the sidecar / zip -6', ours / Number(byZip[1]), 1.02, '×')
}

/** Stored entries of random bytes, as many and as large as wanted: what a Spring Boot jar of nested jars is like. */
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

/** A Go program of about so many bytes: what sidecars mostly are. */
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

/** What was written before must not be waited for by what is measured. */
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
