// What the buildpack scripts cost, each beside what it cannot be faster than. `npm run bench`
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { carriedNode, codeCachesFor } from './carried-node.mjs'
import { medians, Table } from './side-by-side.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const node = await carriedNode()
const work = mkdtempSync(join(tmpdir(), 'bench-'))
// Where many small files are made: the disk's own time would drown what is measured.
const memory = existsSync('/dev/shm') ? mkdtempSync('/dev/shm/bench-') : work
process.on('exit', () => {
  for (const each of [work, memory]) rmSync(each, { recursive: true, force: true })
})
const table = new Table()

/** What a team writes by itself for this one sidecar. */
const BASH_SUPPLY = `#!/bin/bash
set -e
home=$3/$4/sidecars/one
mkdir -p "$home" "$3/$4/profile.d"
cp "$1/sidecar" "$home/sidecar"
chmod 755 "$home/sidecar"
cat > "$3/$4/launch.yml" <<END
processes:
- type: one
  command: $DEPS_DIR/$4/sidecars/one/sidecar
  limits: { memory: 64 }
  platforms: { cloudfoundry: { sidecar_for: [web] } }
END
cat > "$3/$4/config.yml" <<END
name: one
version: 1.0.0
config: {}
END
echo "-----> one 1.0.0"
`
// The scripts as a package has them: its own Node.js, and the code caches that packaging makes with it.
const packaged = join(work, 'packaged')
for (const each of ['bin', 'dist', 'buildpack.toml'])
  cpSync(join(root, each), join(packaged, each), { recursive: true })
mkdirSync(join(packaged, 'runtime'))
symlinkSync(node, join(packaged, 'runtime/node'))
for (const { name, content } of await codeCachesFor(packaged, node, work))
  writeFileSync(join(packaged, name), content.bytes)

const env = { PATH: `${dirname(node)}:${process.env.PATH}`, CF_STACK: 'cflinuxfs4', LANG: 'en_US.UTF-8' }

detect()
oneSidecar()
copying()
manySidecars()
table.print()
process.exitCode = table.ok ? 0 : 1

/** An app without configuration, a hundred times in one shell: a single one is too short to time from here. */
function detect() {
  const app = folder('no-sidecars')
  const loop = (command) => ['bash', '-c', `for ((i = 0; i < 100; i++)); do ${command}; done; true`]
  const times = medians({ ours: loop(`'${packaged}/bin/detect' '${app}'`), shell: loop("sh -c 'exit 1'") }, 9)
  table.add('detect without configuration ÷ `sh -c "exit 1"`', times.ours / times.shell, 2, '×')
}

function oneSidecar() {
  const app = folder('one')
  binary(join(app, 'sidecar'), 5)
  writeFileSync(
    join(app, 'sidecars.yml'),
    'sidecars:\n  - {name: one, memory: 64M, source: {path: sidecar}}\n',
  )
  const bash = join(work, 'bash-supply')
  writeFileSync(bash, BASH_SUPPLY)
  chmodSync(bash, 0o755)
  const times = medians({ ours: supply(app), node: [node, '-e', '0'], bash: supply(app, bash) }, 31)
  table.add('supply, one 5 MB sidecar ÷ `node -e 0`', times.ours / times.node, 1.8, '×')
  table.add('supply, one 5 MB sidecar ÷ a bash supply that does the same', times.ours / times.bash, 5, '×')
}

function copying() {
  const app = folder('large')
  mkdirSync(join(app, 'files'))
  for (let i = 0; i < 16; i++) binary(join(app, 'files', `part-${i}`), 64)
  writeFileSync(
    join(app, 'sidecars.yml'),
    'sidecars:\n  - {name: large, command: sleep 1000, source: {path: files}}\n',
  )
  const copy = join(work, 'copy')
  const ours = supply(app)
  // Each begins with a disk that has written what came before: nobody pays for the other's gigabyte.
  const settled = (before) => () => {
    before()
    spawnSync('sync')
  }
  const remove = () => rmSync(copy, { recursive: true, force: true })
  const cp = { argv: ['cp', '-r', join(app, 'files'), copy], before: settled(remove) }
  const times = medians({ ours: { ...ours, before: settled(ours.before) }, cp }, 5)
  remove()
  table.add('supply, 1 GB of files ÷ `cp -r`', times.ours / times.cp, 1.1, '×')
  table.add('supply, 1 GB of files: peak memory', peak(app), 100, 'MB')
  rmSync(app, { recursive: true })
}

function manySidecars() {
  const apps = [100, 200, 400].map((count) => [count, appWith(count)])
  const commands = Object.fromEntries(
    apps.flatMap(([count, app]) => [
      [`ours${count}`, supply(app)],
      [`cp${count}`, copyOf(app)],
    ]),
  )
  const t = medians(commands, 15)
  const beyond = (count) => t[`ours${count}`] - t[`cp${count}`]
  table.add('each of 200 sidecars, beyond copying', (beyond(400) - beyond(100)) / 300, 1, 'ms')
  table.add(
    'linear: from 100 to 400 ÷ three times from 100 to 200',
    (t.ours400 - t.ours100) / (3 * (t.ours200 - t.ours100)),
    1.5,
    '×',
  )
}

/** A folder with a program for each: copying them is what `cp -r` does as well. */
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

/** A whole supply into a deps dir that is new each time. */
function supply(app, script = join(packaged, 'bin/supply')) {
  const droplet = join(dirname(app), 'droplet')
  const before = () => {
    rmSync(droplet, { recursive: true, force: true })
    for (const name of ['deps/0', 'profile.d', 'cache']) mkdirSync(join(droplet, name), { recursive: true })
  }
  return { argv: [script, app, join(droplet, 'cache'), join(droplet, 'deps'), '0'], env, before }
}

function peak(app) {
  const { argv, before } = supply(app)
  before()
  const reporter = join(work, 'peak.cjs')
  // Not resourceUsage().maxRSS, which counts what this process had before it became Node.js.
  const report = "process.stderr.write(require('fs').readFileSync('/proc/self/status', 'utf8'))"
  writeFileSync(reporter, `process.on('exit', () => ${report})\n`)
  const { stderr } = spawnSync(
    node,
    ['--hash-seed=1', '--require', reporter, join(packaged, 'dist/supply.cjs'), ...argv.slice(1)],
    { env, encoding: 'utf8' },
  )
  const kib = Number(/VmHWM:\s+(\d+)/.exec(stderr)?.[1])
  if (!kib) throw new Error(`no peak was reported: ${stderr}`)
  return kib / 1024
}

/** A program for the stack, filled up to a size: this Node.js's own shell, `/bin/true`, is one. */
function binary(path, megabytes) {
  copyFileSync(existsSync('/bin/true') ? '/bin/true' : process.execPath, path)
  chmodSync(path, 0o755)
  const fill = Buffer.alloc(1024 * 1024, 'x')
  for (let i = 0; i < megabytes; i++) writeFileSync(path, fill, { flag: 'a' })
}

function folder(name, parent = work) {
  const path = join(parent, name)
  mkdirSync(path)
  return path
}
