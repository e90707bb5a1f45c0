// `npm run stacks -- RECEIPT [ROOTFS]`: writes the data file of a stack (src/platform/stacks), and the table of all stacks.
// RECEIPT is the stack's `receipt.STACK.MACHINE`. Commands and shared libraries come from ROOTFS, the stack's unpacked
// root file system. Without it they come from Debian's packages of the same names (requires apt and dpkg).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { debianCounterpart, debianPackages } from './debian.mjs'
import { commandsAndLibraries } from './files.mjs'
import { readReceipt, stackOfReceipt, ubuntuRelease, upstreamVersion } from './receipt.mjs'
import { rootFileSystem } from './root-file-system.mjs'

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../src/platform/stacks')
const [receiptFile, root] = process.argv.slice(2)
if (!receiptFile) {
  console.error('usage: npm run stacks -- RECEIPT [ROOTFS]')
  process.exit(2)
}
const HEADER =
  '// Written by `npm run stacks`. `unknown`: packages without a list of files. `others`: packages without commands and libraries.'
const { name, machine } = stackOfReceipt(basename(receiptFile))
const { sum, packages } = readReceipt(readFileSync(receiptFile, 'utf8'))
const glibc = upstreamVersion(packages.get('libc6'))
const found = root ? fromRoot(root) : fromDebian(debianCounterpart(glibc))
const stack = {
  name,
  system: `Ubuntu ${ubuntuRelease(packages.values())}`,
  machine,
  glibc,
  glibcxx: found.glibcxx,
  origins: {
    packages: `${basename(receiptFile)}${sum ? `, root file system ${sum}` : ''}`,
    glibc: `libc6 ${packages.get('libc6')}`,
    glibcxx: found.glibcxxOrigin,
    files: found.origin,
  },
}
const unknown = [...packages.keys()].filter((each) => !found.packages.has(each))
writeFileSync(join(folder, `${name}.ts`), dataFile(stack, found))
writeFileSync(join(folder, 'table.ts'), table())
console.log(`${name}: ${packages.size} packages; no file list for ${unknown.length}: ${unknown.join(' ')}`)

function fromRoot(directory) {
  const { packages: found, others } = rootFileSystem(directory, packages.keys())
  const all = [...[...found.values()].flatMap(({ paths }) => paths), ...others]
  return { packages: found, others, origin: 'root file system', ...glibcxxOf(all, 'root file system') }
}

function fromDebian(release) {
  const found = debianPackages(release, packages.keys())
  const { version, paths } = found.get('libstdc++6')
  const major = (each) => upstreamVersion(each).split('.')[0]
  if (major(version) !== major(packages.get('libstdc++6')))
    throw new Error(`Debian ${release.name} has libstdc++6 ${version}, another GCC: pass a root file system`)
  const origin = `Debian ${release.version} (${release.name}), packages of the same names`
  return {
    packages: found,
    others: [],
    origin,
    ...glibcxxOf(paths, `Debian ${release.version}, libstdc++6 ${version}`),
  }
}

/** `libstdc++.so.6.0.30` defines symbols up to GLIBCXX_3.4.30 (GCC manual, "ABI Policy and Guidelines"). */
function glibcxxOf(paths, glibcxxOrigin) {
  const minor = paths.map((path) => /libstdc\+\+\.so\.6\.0\.(\d+)$/.exec(path)?.[1]).find(Boolean)
  if (!minor) throw new Error('no libstdc++.so.6.0.* found')
  return { glibcxx: `3.4.${minor}`, glibcxxOrigin }
}

/** One line for each package with commands or libraries, so that a diff between two releases of a stack is readable. */
function dataFile(head, { packages: found, others: ofNoPackage }) {
  const known = [...packages].filter(([each]) => found.has(each))
  const all = known.map(([each, version]) => [each, factsOf(found.get(each), version)])
  const isEmpty = ([, { commands, libraries }]) => !commands && !libraries
  const others = all.filter(isEmpty).map(([each]) => each)
  const lines = [...all, ['(no package)', facts(ofNoPackage)]]
    .filter((each) => !isEmpty(each))
    .map(([each, value]) => `    ${JSON.stringify(each)}: ${JSON.stringify(value)}`)
  const start = JSON.stringify(head, null, 2).replace(/\n}$/, '')
  const lists = `  "unknown": ${JSON.stringify(unknown)},\n  "others": ${JSON.stringify(others)},\n`
  return `${HEADER}\nexport const stack = ${start},\n${lists}  "packages": {\n${lines.join(',\n')}\n  }\n}\n`
}

/** A file of another version does not count if its name contains that version: `perl5.36.0`. */
function factsOf({ paths, version: from = '' }, version) {
  const other = upstreamVersion(from) === upstreamVersion(version) ? '' : upstreamVersion(from)
  return facts(other.includes('.') ? paths.filter((path) => !path.includes(other)) : paths)
}

function facts(paths) {
  const { commands, libraries } = commandsAndLibraries(paths)
  return {
    ...(commands.length > 0 && { commands: commands.join(' ') }),
    ...(libraries.length > 0 && { libraries: libraries.join(' ') }),
  }
}

/** The table that every staging reads. The large data files are loaded only when a program requires them. */
function table() {
  const stacks = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8').split('export const stack = ')[1])
    .filter((text) => text !== undefined)
    .map((text) => JSON.parse(text))
  const rows = stacks.map(({ name, system, machine, glibc, glibcxx }) => {
    const row = Object.entries({ name, system, machine, glibc, glibcxx }).map(
      ([key, value]) => `    ${key}: '${value}',`,
    )
    return `  {\n${row.join('\n')}\n    files: () => import('./${name}.ts'),\n  },\n`
  })
  return `/** Written by \`npm run stacks\`. */\nexport const STACKS = [\n${rows.join('')}] as const\n`
}
