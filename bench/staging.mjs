// Times of the buildpack scripts, each compared with its unavoidable work. `npm run bench`
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measured } from './measures.mjs'
import { BASH_SUPPLY, packagedScripts, program } from './packaged.mjs'
import { medians } from './side-by-side.mjs'

const work = mkdtempSync(join(tmpdir(), 'bench-'))
// For apps of many small files: writing them to disk would take longer than the measured work.
const memory = existsSync('/dev/shm') ? mkdtempSync('/dev/shm/bench-') : work
process.on('exit', () => {
  for (const each of [work, memory]) rmSync(each, { recursive: true, force: true })
})
const packaged = await packagedScripts(work)
let ok = true
const report = (measure, value, atMost, unit, beside) => {
  ok = measured({ area: 'staging', measure, value, unit, atMost, ...(beside && { beside }) }) && ok
}

detect()
oneSidecar()
copying()
manySidecars()
process.exitCode = ok ? 0 : 1

/** `detect` of an app without configuration, a hundred times in one shell: a single run is too short to measure. */
function detect() {
  const app = folder('no-sidecars')
  const loop = (command) => ['bash', '-c', `for ((i = 0; i < 100; i++)); do ${command}; done; true`]
  const times = medians(
    { ours: loop(`'${packaged.path}/bin/detect' '${app}'`), shell: loop("sh -c 'exit 1'") },
    9,
  )
  report('detect without configuration', times.ours / times.shell, 2, '×', '`sh -c "exit 1"`')
}

function oneSidecar() {
  const app = folder('one')
  mkdirSync(join(app, 'sidecar-one'))
  program(join(app, 'sidecar-one', 'run'), 5)
  writeFileSync(
    join(app, 'sidecars.yml'),
    'sidecars:\n  - {name: one, memory: 64M, source: {path: sidecar-one}}\n',
  )
  const ours = packaged.supply(app)
  const times = medians(
    {
      ours,
      compileCache: packaged.supply(app, packaged.withoutCodeCaches('compile-cache')),
      noCache: packaged.supply(app, packaged.withoutCodeCaches()),
      node: [packaged.node, '-e', '0'],
      bash: packaged.supply(app, BASH_SUPPLY),
    },
    31,
  )
  const [compiled, plain] = [times.compileCache, times.noCache].map((each) => (each / times.node).toFixed(2))
  console.log(
    `staging: for comparison, supply with Node.js's compile cache: ${compiled} × \`node -e 0\`, without a cache: ${plain} ×`,
  )
  report('supply, one 5 MB sidecar', times.ours / times.node, 1.8, '×', '`node -e 0`')
  report('supply, one 5 MB sidecar', times.ours / times.bash, 5, '×', 'a bash supply that does the same')
}

function copying() {
  const app = folder('large')
  mkdirSync(join(app, 'files'))
  for (let i = 0; i < 16; i++) program(join(app, 'files', `part-${i}`), 64)
  writeFileSync(
    join(app, 'sidecars.yml'),
    'sidecars:\n  - {name: large, command: sleep 1000, source: {path: files}}\n',
  )
  const copy = join(work, 'copy')
  const ours = packaged.supply(app)
  // `sync` before each run, so that a command does not wait for the data of the one before.
  const settled = (before) => () => {
    before()
    spawnSync('sync')
  }
  const remove = () => rmSync(copy, { recursive: true, force: true })
  const cp = { argv: ['cp', '-r', join(app, 'files'), copy], before: settled(remove) }
  const times = medians({ ours: { ...ours, before: settled(ours.before) }, cp }, 5)
  remove()
  report('supply, 1 GB of files', times.ours / times.cp, 1.1, '×', '`cp -r`')
  report('supply, 1 GB of files: peak memory', packaged.peakMemory(app), 100, 'MiB')
  rmSync(app, { recursive: true })
}

function manySidecars() {
  const apps = [100, 200, 400].map((count) => [count, appWith(count)])
  const commands = Object.fromEntries(
    apps.flatMap(([count, app]) => [
      [`ours${count}`, packaged.supply(app)],
      [`cp${count}`, copyOf(app)],
    ]),
  )
  const t = medians(commands, 15)
  const beyond = (count) => t[`ours${count}`] - t[`cp${count}`]
  report('each of 200 sidecars, beyond copying', (beyond(400) - beyond(100)) / 300, 1, 'ms')
  const [first, rest] = [t.ours200 - t.ours100, t.ours400 - t.ours100]
  report('linear: from 100 to 400 sidecars', rest / (3 * first), 1.5, '×', 'three times from 100 to 200')
}

/** An app with one program per sidecar, so that `cp -r` copies as many files. */
function appWith(count) {
  const app = folder(`many-${count}`, memory)
  const entries = []
  for (let i = 0; i < count; i++) {
    mkdirSync(join(app, `side-${i}`))
    writeFileSync(join(app, `side-${i}`, 'run'), '#!/bin/sh\nexec sleep 1000\n', { mode: 0o755 })
    entries.push(
      `  - {name: sidecar-${i}, memory: 1M, source: {path: side-${i}}, args: ["--number", "${i}"], env: {NUMBER: "${i}"}}\n`,
    )
  }
  writeFileSync(join(app, 'sidecars.yml'), `sidecars:\n${entries.join('')}`)
  return app
}

function copyOf(app) {
  const copy = `${app}-copy`
  return { argv: ['cp', '-r', app, copy], before: () => rmSync(copy, { recursive: true, force: true }) }
}

function folder(name, parent = work) {
  const path = join(parent, name)
  mkdirSync(path)
  return path
}
