// Staging time by number and by size of sidecars, with `cp -r` and a supply in bash for comparison, in /dev/shm if it
// exists. `npm run bench:curve`; if $CURVE names a file, the points are written to it, for the report's plot.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { count } from './measures.mjs'
import { BASH_SUPPLY, packagedScripts, program } from './packaged.mjs'
import { medians } from './side-by-side.mjs'

const work = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'bench-curve-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))
const packaged = await packagedScripts(work)
const rounds = count(5, 15)

const curves = {
  number: points([1, 50, 100, 200, 300, 400], (sidecars, app) => {
    for (let i = 0; i < sidecars; i++) addSidecar(app, `sidecar-${i}`)
  }),
  megabytes: points([1, 4, 16, 64, 256, 1024], (megabytes, app) => {
    program(join(addSidecar(app, 'sidecar-large'), 'run'), megabytes)
  }),
}
for (const [axis, list] of Object.entries(curves)) {
  console.log(`| ${axis} | ours, ms | cp -r, ms | bash supply, ms |\n| --- | --- | --- | --- |`)
  for (const { x, ours, cp, bash } of list)
    console.log(`| ${[x, ours.toFixed(0), cp.toFixed(1), bash.toFixed(1)].join(' | ')} |`)
}
if (process.env.CURVE) writeFileSync(process.env.CURVE, JSON.stringify(curves))

/** For each x, the median times of staging an app and of copying it. */
function points(xs, fill) {
  return xs.map((x) => {
    const app = join(work, 'app')
    mkdirSync(app)
    fill(x, app)
    const copy = join(work, 'copy')
    const remove = () => rmSync(copy, { recursive: true, force: true })
    const times = medians(
      {
        ours: packaged.supply(app),
        cp: { argv: ['cp', '-r', app, copy], before: remove },
        bash: packaged.supply(app, BASH_SUPPLY),
      },
      rounds,
    )
    for (const each of [app, copy, join(work, 'droplet')]) rmSync(each, { recursive: true, force: true })
    return { x, ...times }
  })
}

/** A folder with a program, and its entry in sidecars.yml. */
function addSidecar(app, name) {
  mkdirSync(join(app, name))
  writeFileSync(join(app, name, 'run'), '#!/bin/sh\nexec sleep 1000\n', { mode: 0o755 })
  const file = join(app, 'sidecars.yml')
  if (!existsSync(file)) writeFileSync(file, 'sidecars:\n')
  writeFileSync(file, `  - {name: ${name}, memory: 1M, source: {path: ${name}}}\n`, { flag: 'a' })
  return join(app, name)
}
