// The file lists of Debian's packages, read from the packages themselves. apt fetches them into a temporary folder.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withoutT64 } from './receipt.mjs'

// The oldest release with at least the glibc of the stack has packages of about the same age and with the same names.
const RELEASES = [
  { name: 'bullseye', version: 11, glibc: 31 },
  { name: 'bookworm', version: 12, glibc: 36 },
  { name: 'trixie', version: 13, glibc: 41 },
]

/** @param {string} glibc of the stack, `2.35` */
export function debianCounterpart(glibc) {
  const release = RELEASES.find((each) => each.glibc >= Number(glibc.split('.')[1]))
  if (!release)
    throw new Error(`no known Debian release has glibc ${glibc} or newer: pass a root file system`)
  return release
}

/**
 * @param {{ name: string }} release
 * @param {Iterable<string>} names of the stack's packages
 * @returns {Map<string, { version: string, paths: string[] }>} by the stack's name, without packages that Debian lacks
 */
export function debianPackages(release, names) {
  const folder = mkdtempSync(join(tmpdir(), `packages-${release.name}-`))
  try {
    const apt = aptFor(release, folder)
    const ofDebian = new Map(
      apt('apt-cache', 'pkgnames')
        .split('\n')
        .map((name) => [withoutT64(name), name]),
    )
    const wanted = [...names].filter((name) => ofDebian.has(withoutT64(name)))
    apt('apt-get', '-qq', 'download', ...wanted.map((name) => ofDebian.get(withoutT64(name))))
    const archives = new Map(
      readdirSync(folder).map((file) => [withoutT64(file.split('_')[0]), join(folder, file)]),
    )
    return new Map(wanted.map((name) => [name, readArchive(archives.get(withoutT64(name)))]))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Runs apt with separate lists, sources and status. Those of the machine are neither used nor changed. */
function aptFor({ name }, folder) {
  const state = join(folder, 'apt')
  mkdirSync(join(state, 'lists/partial'), { recursive: true })
  writeFileSync(join(state, 'sources.list'), `deb [arch=amd64] http://deb.debian.org/debian ${name} main\n`)
  const settings = {
    'Dir::State::lists': join(state, 'lists'),
    'Dir::State::status': '/dev/null',
    'Dir::Etc::sourcelist': join(state, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Cache': state,
    'APT::Sandbox::User': 'root',
    'APT::Architecture': 'amd64',
  }
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`])
  const apt = (command, ...args) =>
    execFileSync(command, [...options, ...args], { encoding: 'utf8', maxBuffer: 1 << 28, cwd: folder })
  apt('apt-get', 'update', '-qq')
  return apt
}

/** A package's files, and the links that its installation makes (update-alternatives(1)): `awk`, `which`. */
function readArchive(archive) {
  const run = (...args) => execFileSync('dpkg-deb', args, { encoding: 'utf8', maxBuffer: 1 << 28 })
  const paths = [...run('--contents', archive).matchAll(/^[-lh]\S+ .*? \.\/(.+?)(?: -> .*| link to .*)?$/gm)]
  const script = /^ .* postinst /m.test(run('--info', archive)) ? run('--info', archive, 'postinst') : ''
  const links = script.replaceAll('\\\n', ' ').matchAll(/--(?:install|slave) +\/(\S+)/g)
  return {
    version: run('--field', archive, 'Version').trim(),
    paths: [...paths, ...links].map(([, path]) => path),
  }
}
