// Installs the locked dependencies when they are missing or not those of the lock file,
// so that every npm script works from a fresh clone. Says so when this Node.js is too old for it.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20) refuse('Node.js 20 or later is needed')
// The test runner (vitest's rolldown) requires a newer Node.js than the command line does.
const runsTests = /^(?:test|docs)/.test(process.env.npm_lifecycle_event ?? '')
if (runsTests && ((major === 20 && minor < 19) || major === 21 || (major === 22 && minor < 12)))
  refuse('The tests need Node.js 20.19 or later of 20, or 22.12 or later')

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const mark = join(root, 'node_modules', '.installed-lock')
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')

if (installed() !== wanted) {
  // All packages are devDependencies: NODE_ENV=production or a user's `omit` would leave them out.
  const options = ['--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  // A user without a home of their own (`docker run --user`) has no cache that npm can write.
  const cache = isWritable(process.env.npm_config_cache ?? join(homedir(), '.npm'))
    ? undefined
    : mkdtempSync(join(tmpdir(), 'npm-cache-'))
  const npm = spawnSync('npm', ['ci', ...options, ...(cache ? [`--cache=${cache}`] : [])], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (cache) rmSync(cache, { recursive: true, force: true })
  if (npm.status !== 0) {
    console.error(
      `npm ci failed${npm.error ? ` (${npm.error.message})` : ''}: the dependencies are not installed.`,
    )
    process.exit(1)
  }
  writeFileSync(mark, wanted)
}

function installed() {
  try {
    return readFileSync(mark, 'utf8')
  } catch {
    return undefined
  }
}

function isWritable(folder) {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function refuse(need) {
  console.error(`${need}; this is ${process.versions.node} (${process.execPath}).`)
  process.exit(1)
}
