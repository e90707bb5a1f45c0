import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { measured } from '../../../bench/measures.mjs'
import { CLI } from '../../support/command-line.ts'
import { ROOT, temporaryFolder } from '../../support/files.ts'

const root = temporaryFolder()

/** What may stand in the place of a file. */
const KINDS: Readonly<Record<string, (path: string) => void>> = {
  'a pipe': (path) => void execFileSync('mkfifo', [path]),
  'a link to a device': (path) => symlinkSync('/dev/zero', path),
  'a directory': (path) => void mkdirSync(path),
  // Root may read it all the same: then its content is wrong.
  'a file without permission': (path) => writeFileSync(path, '{', { mode: 0 }),
  'a sparse file of 2 GB': (path) => {
    writeFileSync(path, '')
    truncateSync(path, 2 * 1024 ** 3)
  },
}

const uri = 'http://127.0.0.1:1/x.tgz'
const cached = `cache/dependencies/${createHash('sha256').update(uri).digest('hex')}/x.tgz`
const supply = ['bin/supply', 'app', 'cache', 'deps', '1']
/** The file in whose place something else stands, and what reads it: a command, or a script of the buildpack. */
const PLACES: readonly (readonly [file: string, ...argv: string[]])[] = [
  ['app/sidecars.yml', 'validate', 'app'],
  ['app/sidecars.yml', ...supply],
  ['app/Procfile', 'validate', 'app'],
  ['app/Procfile', ...supply],
  ['app/.cfignore', 'validate', 'app'],
  ['app/META-INF/MANIFEST.MF', 'plan', 'app'],
  ['app/tool', 'validate', 'app'],
  ['app/BOOT-INF/lib/a.jar', 'plan', 'app'],
  ['manifest.yml', 'validate', 'app', '-f', 'manifest.yml'],
  ['services.json', 'validate', 'app', '--services', 'services.json'],
  ['vars.yml', 'validate', 'app', '--vars-file', 'vars.yml'],
  ['app.jar', 'plan', 'app.jar'],
  ['app.jar', 'stage', 'app.jar', '-o', 'out', '--no-container'],
  ['buildpack.zip', 'stage', 'app', '-b', 'buildpack.zip', '-o', 'out', '--no-container'],
  ['droplet.tgz', 'run', 'droplet.tgz', '--no-container'],
  ['result.json', 'run', 'sound.tgz', '--no-container', '--process', 'none'],
  ['app.jar', 'bundle', 'app.jar', '--sidecar', 'sound'],
  ['sound.jar.bundling', 'bundle', 'sound.jar', '--sidecar', 'sound', '--dry-run', '--in-place'],
  ['config.yml', 'bundle', 'sound.jar', '--sidecar', 'sound', '--config', 'config.yml', '-o', 'out.jar'],
  ['tool', 'bundle', 'sound.jar', '--sidecar', 'tool/', '-o', 'out.jar'],
  ['acme/sidecars.yml', 'package', '--sidecars', 'acme'],
  ['acme/manifest.yml', 'package', '--sidecars', 'acme'],
  ['acme/VERSION', 'package', '--sidecars', 'acme'],
  ['node', 'package', '--node', 'node'],
  ['node.zip', 'package', '--from', 'node.zip'],
  ['run/sidecar-buildpack/1.json', 'ps'],
  ['deps/0/launch.yml', ...supply],
  ['deps/0/config.yml', ...supply],
  ['services', ...supply],
  ['certificates.pem', ...supply],
  [cached, ...supply],
]

beforeAll(() => {
  for (const folder of ['app', 'acme', 'deps/1', 'run/sidecar-buildpack', 'home/app'])
    mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, 'sound'), '#!/bin/sh\n')
  execFileSync('tar', ['-czf', join(root, 'sound.tgz'), '-C', join(root, 'home'), '.'])
  execFileSync('zip', ['-q', join(root, 'sound.jar'), 'sound'], { cwd: root })
})

test.each(
  PLACES.flatMap((place) => Object.keys(KINDS).map((kind) => [kind, place[0], place.slice(1)] as const)),
)('%s as %s has an answer within 2 s: %j', (kind, file, argv) => {
  const path = join(root, file)
  rmSync(path, { recursive: true, force: true })
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(
    join(root, 'app/sidecars.yml'),
    `sidecars: [{name: a, ${file === cached ? `source: {uri: "${uri}", sha256: ${'0'.repeat(64)}}` : file === 'app/tool' ? 'source: {path: tool}' : 'command: x'}, memory: 8M, when: {service: s}}]\n`,
  )
  if (file !== 'acme/sidecars.yml')
    writeFileSync(join(root, 'acme/sidecars.yml'), 'sidecars: [{name: a, command: x}]\n')
  rmSync(path, { recursive: true, force: true })
  KINDS[kind]?.(path)
  const program = argv[0] === 'bin/supply' ? join(ROOT, 'bin/supply') : process.execPath
  const args =
    argv[0] === 'bin/supply'
      ? argv.slice(1).map((each) => (each === '1' ? each : join(root, each)))
      : [CLI, ...argv]
  const start = performance.now()
  const { signal, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    timeout: 20_000,
    killSignal: 'SIGKILL',
    env: {
      PATH: process.env.PATH,
      CF_STACK: 'cflinuxfs4',
      XDG_RUNTIME_DIR: join(root, 'run'),
      ...(file === 'services' && { VCAP_SERVICES_FILE_PATH: path }),
      ...(file === 'certificates.pem' && { SSL_CERT_FILE: path }),
    },
  })
  const took = (performance.now() - start) / 1000
  rmSync(path, { recursive: true, force: true })
  expect(signal).toBeNull()
  expect(stdout + stderr).not.toMatch(/EISDIR|\n\s+at /)
  const waits = file === cached // for the network, four times
  if (!waits)
    expect(
      measured({
        area: 'faults',
        measure: `${kind} as ${file}: ${argv[0]} answers`,
        unit: 's',
        value: took,
        atMost: 2,
      }),
    ).toBe(true)
})
