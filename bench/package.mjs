// Time of packaging compared with `zip`, size of the package, and time of its `detect`. `npm run bench:package`
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { carriedNode } from './carried-node.mjs'
import { measured } from './measures.mjs'
import { reportingNode } from './peak-memory.mjs'
import { medians } from './side-by-side.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const node = await carriedNode()
const work = mkdtempSync(join(tmpdir(), 'bench-package-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))
const env = { ...process.env, XDG_CACHE_HOME: join(work, 'cache') }

const area = 'package'
// All are measured, also when the first one misses its goal.
process.exitCode = [size(), ...cached(), detect()].every(Boolean) ? 0 : 1

function packaged(args, by = node) {
  return { argv: [by, join(root, 'bin/sidecar-buildpack'), 'package', '--node', node, ...args], env }
}

function run({ argv, env }) {
  const { status, stderr, error } = spawnSync(argv[0], argv.slice(1), { env, encoding: 'utf8' })
  if (error || status !== 0) throw new Error(`${argv.join(' ')}: ${error ?? stderr}`)
}

function size() {
  const zip = join(work, 'plain.zip')
  run(packaged(['-o', zip]))
  const value = statSync(zip).size / 1024 ** 2
  return measured({ area, measure: 'zip without dependencies', value, unit: 'MiB', atMost: 48 })
}

/** A package with 200 MB of archives. Deflate cannot make them smaller, as with most published releases. */
function cached() {
  const dir = join(work, 'acme')
  mkdirSync(dir)
  const dependencies = Array.from({ length: 10 }, (_, index) => {
    const bytes = randomBytes(20_000_000)
    const file = join(work, `release-${index}.tgz`)
    writeFileSync(file, bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return `  - {name: release-${index}, version: 1.0.0, uri: "${pathToFileURL(file).href}", sha256: ${sha256}}\n`
  })
  writeFileSync(join(dir, 'manifest.yml'), `dependencies:\n${dependencies.join('')}`)
  writeFileSync(
    join(dir, 'sidecars.yml'),
    'sidecars:\n  - {name: a, source: {dependency: release-0, version: 1.x}}\n',
  )
  const ours = join(work, 'cached.zip')
  run(packaged(['--cached', '--sidecars', dir, '-o', ours]))
  const same = join(work, 'same')
  run({ argv: ['unzip', '-q', ours, '-d', same], env })

  const theirs = join(work, 'zip.zip')
  const remove = (file) => () => rmSync(file, { force: true })
  const zip = (folder) => ['bash', '-c', 'cd "$0" && zip -qr "$1" .', folder, theirs]
  const times = medians(
    {
      ours: { ...packaged(['--cached', '--sidecars', dir, '-o', ours]), before: remove(ours) },
      zip: { argv: zip(same), before: remove(theirs) },
      dependencies: { argv: zip(join(same, 'dependencies')), before: remove(theirs) },
    },
    3,
  )
  const reporting = reportingNode(node, work)
  run(packaged(['--cached', '--sidecars', dir, '-o', ours], reporting.node))
  const measure = 'package --cached, 200 MB of dependencies'
  return [
    measured({
      area,
      measure,
      value: times.ours / times.zip,
      unit: '×',
      atMost: 0.67,
      beside: '`zip -qr` of the same files',
    }),
    measured({
      area,
      measure,
      value: times.ours / times.dependencies,
      unit: '×',
      beside: '`zip -qr` of the dependencies alone, without the Node.js',
    }),
    measured({ area, measure: `${measure}, peak memory`, value: reporting.peak(), unit: 'MB', atMost: 260 }),
  ]
}

function detect() {
  const buildpack = join(work, 'same')
  const app = join(work, 'app')
  mkdirSync(app)
  writeFileSync(
    join(app, 'sidecars.yml'),
    'processes:\n  web: ./run\nsidecars:\n  - {name: a, command: ./a}\n',
  )
  const own = join(buildpack, 'runtime/node')
  const times = medians(
    { ours: { argv: [join(buildpack, 'bin/detect'), app], mayFail: true }, node: [own, '-e', '0'] },
    41,
  )
  return measured({
    area,
    measure: 'detect from the unzipped package, with configuration',
    value: times.ours / times.node,
    unit: '×',
    atMost: 1.3,
    beside: 'its own `node -e 0`',
  })
}
