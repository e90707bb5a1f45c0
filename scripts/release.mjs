// `npm run release`: the files of a release, in release/ or the directory given. The same commit gives the same files.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { releaseNotes } from './release-notes.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const out = resolve(process.argv[2] ?? join(root, 'release'))
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

try {
  release()
} catch (thrown) {
  console.error(`error: ${thrown.message}`)
  process.exitCode = 1
}

function release() {
  const changed = run('git', 'status', '--porcelain').trim()
  if (changed !== '') throw new Error(`the working tree has changes; commit them first:\n${changed}`)
  const notes = releaseNotes(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version)
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  const sbom = join(out, `sidecar_buildpack-v${version}.cdx.json`)
  run(process.execPath, 'bin/sidecar-buildpack', 'package', '-o', `${out}/`, '--sbom', sbom)
  run('npm', 'pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', out)
  const names = readdirSync(out).sort()
  const sums = names.map((name) => `${sha256(join(out, name))}  ${name}\n`)
  writeFileSync(join(out, 'SHA256SUMS'), sums.join(''))
  writeFileSync(join(out, 'NOTES.md'), notes)
  process.stdout.write(sums.join(''))
}

function run(command, ...args) {
  return execFileSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}

function sha256(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
