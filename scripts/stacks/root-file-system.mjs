// The files of an unpacked root file system, by package as far as dpkg knows them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDERS = ['bin', 'sbin', 'lib', 'lib64', 'lib/x86_64-linux-gnu'].flatMap((each) => [
  each,
  `usr/${each}`,
  `usr/local/${each}`,
])

/**
 * @param {string} root
 * @param {Iterable<string>} names of the stack's packages
 * @returns {{ packages: Map<string, { paths: string[] }>, others: string[] }} `others`: files that no package lists, such
 *   as links that an installation makes
 */
export function rootFileSystem(root, names) {
  const there = new Set(FOLDERS.flatMap((folder) => filesIn(root, folder)))
  const packages = new Map()
  const listed = new Set()
  for (const name of names) {
    const list = [name, `${name}:amd64`]
      .map((each) => join(root, 'var/lib/dpkg/info', `${each}.list`))
      .find((each) => existsSync(each))
    const paths = list
      ? readFileSync(list, 'utf8')
          .split('\n')
          .flatMap((path) => placesOf(path.slice(1)))
      : []
    packages.set(name, { paths: paths.filter((path) => there.has(path)) })
    for (const path of paths) listed.add(path)
  }
  return { packages, others: [...there].filter((path) => !listed.has(path)) }
}

function filesIn(root, folder) {
  const path = join(root, folder)
  return existsSync(path) ? readdirSync(path).map((name) => `${folder}/${name}`) : []
}

/** `/bin` is a link to `/usr/bin`; packages list files under either. */
function placesOf(path) {
  return path.startsWith('usr/') ? [path, path.slice(4)] : [path, `usr/${path}`]
}
