// `plan` of a fat jar, compared with the way of the Java buildpack: unpack the jar, then list each nested jar. Both
// run in turn on the Node.js that the packaged buildpack carries; the figures are medians of whole processes.
// Usage: node bench/plan.mjs [--jar real.jar] [--node path/to/node] [--rounds 5]
// Requires a build (npm run build), unzip, and Maven for the real jar, unless --jar names one.
import { execFileSync, spawnSync } from 'node:child_process'
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ZipArchive } from 'archiver'
import { carriedNode } from './carried-node.mjs'
import { count, measured } from './measures.mjs'
import { reportingNode } from './peak-memory.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const cache = join(root, '.cache/java')
const { values } = parseArgs({
  options: { jar: { type: 'string' }, node: { type: 'string' }, rounds: { type: 'string' } },
})
const node = values.node ?? (await carriedNode())
const rounds = Number(values.rounds ?? count(5, 11))
const command = join(root, 'dist/cli.cjs')

mkdirSync(cache, { recursive: true })
for (const [name, jar, limit] of [
  ['real Spring Boot jar', values.jar ?? springBootJar(), 0.5],
  ['jar with 300 nested ones', await generatedJar(), 0.1],
]) {
  if (!jar) {
    console.log(`${name}: skipped, no Maven on this machine`)
    continue
  }
  const ours = []
  const theirs = []
  for (let round = 0; round < rounds; round++) {
    theirs.push(seconds(() => unpackAndList(jar)))
    ours.push(seconds(() => plan(jar)))
  }
  const size = `${(statSync(jar).size / 1e6).toFixed(0)} MB`
  const beside = `unzip and unzip -l, ${ms(median(theirs))}`
  const time = { value: median(ours) / median(theirs), unit: '×', atMost: limit, beside }
  const memory = { value: peakMemory(jar), unit: 'MB', atMost: 130 }
  const kept = [
    measured({ area: 'java', measure: `plan of a ${name} (${size}), ${ms(median(ours))}`, ...time }),
    measured({ area: 'java', measure: `peak memory of plan of a ${name} (${size})`, ...memory }),
  ]
  if (kept.includes(false)) process.exitCode = 1
}

function plan(jar) {
  const { status, stderr } = spawnSync(node, [command, 'plan', jar, '--memory', '4G'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`plan ended with ${status}: ${stderr}`)
}

function unpackAndList(jar) {
  const directory = mkdtempSync(join(tmpdir(), 'bench-plan-'))
  execFileSync('unzip', ['-q', jar, '-d', directory])
  const script = 'find "$1" -name "*.jar" -exec unzip -l {} \\; | grep -cE "\\.(class|groovy)$"'
  execFileSync('bash', ['-c', script, 'bash', directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  const done = performance.now()
  rmSync(directory, { recursive: true })
  return done
}

/** Of the whole process, in MiB. */
function peakMemory(jar) {
  const scratch = mkdtempSync(join(tmpdir(), 'bench-plan-'))
  const { node: program, peak } = reportingNode(node, scratch)
  execFileSync(program, [command, 'plan', jar, '--memory', '4G'])
  const megabytes = Math.round(peak())
  rmSync(scratch, { recursive: true })
  return megabytes
}

/** Milliseconds. Work that cleans up returns the time at which the measured part ended. */
function seconds(work) {
  const start = performance.now()
  return (work() ?? performance.now()) - start
}

function median(all) {
  return [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)]
}

function ms(duration) {
  return `${duration.toFixed(0)} ms`
}

function springBootJar() {
  const built = join(cache, 'spring-boot-app/target/app.jar')
  if (existsSync(built)) return built
  if (spawnSync('mvn', ['--version']).status !== 0) return undefined
  const folder = join(cache, 'spring-boot-app')
  execFileSync('cp', ['-r', join(root, 'test/suites/java/spring-boot-app'), folder])
  execFileSync('mvn', ['-q', '-B', 'package'], { cwd: folder, stdio: 'inherit' })
  return built
}

/** A jar with 300 stored jars of 500 classes each, as Spring Boot's plugin packs them; kept between runs. */
async function generatedJar() {
  const path = join(cache, 'generated-500mb.jar')
  if (existsSync(path)) return path
  const parts = mkdtempSync(join(tmpdir(), 'bench-jars-'))
  const noise = Buffer.from(Array.from({ length: 3400 }, (_, index) => (index * 7919 * (index + 13)) & 255))
  const jar = new ZipArchive({ store: true })
  jar.append('Manifest-Version: 1.0\nStart-Class: A\n\n', { name: 'META-INF/MANIFEST.MF' })
  for (let number = 0; number < 300; number++) {
    const nested = new ZipArchive({ store: true })
    for (let index = 0; index < 500; index++)
      nested.append(noise, { name: `org/acme/part${number}/SomeQuiteLongClassName${index}.class` })
    const file = join(parts, `part-${number}.jar`)
    await Promise.all([nested.finalize(), pipeline(nested, createWriteStream(file))])
    jar.file(file, { name: `BOOT-INF/lib/part-${number}.jar` })
  }
  await Promise.all([jar.finalize(), pipeline(jar, createWriteStream(path))])
  if (readdirSync(parts).length !== 300) throw new Error('not all parts were made')
  rmSync(parts, { recursive: true })
  return path
}
