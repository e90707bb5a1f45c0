// `npm run check`: types, lint and format, wording, and shell code: the repository's scripts and samples of what staging
// generates. All parts run; the failures are listed at the end.
import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generatedShellTexts, isShellSamples } from './shell-samples.mjs'
import { mustComply, wordingFaults } from './wording.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const failures = []

if (run('types', 'npx', ['--no-install', 'tsc'])) console.log('types: fine')
const linted = run('lint and format', 'npx', [
  '--no-install',
  'biome',
  'check',
  '--diagnostic-level=warn',
  '--error-on-warnings',
  '.',
])
if (linted) console.log('lint and format: fine')

const tracked = trackedFiles().filter((file) => !file.startsWith('test/data/'))
const scripts = tracked.flatMap((file) => {
  const shell = shellOf(file)
  return shell ? [{ name: file, shell, text: readFileSync(join(root, file), 'utf8'), file }] : []
})
const generated = await generatedShellTexts(root, tracked.filter(isShellSamples))
wording(tracked.filter(mustComply))
syntax('syntax of the shell scripts', scripts)
syntax('syntax of generated shell texts', generated)
if (spawnSync('shellcheck', ['--version']).error) {
  const how =
    'shellcheck is not installed (Debian and Ubuntu: apt-get install shellcheck; macOS: brew install shellcheck)'
  if (process.env.CI) fail('shellcheck', `${how}\n`)
  else console.log(`skipped shellcheck of ${scripts.length + generated.length} shell texts: ${how}`)
} else {
  shellcheck('shellcheck of the shell scripts', scripts)
  shellcheck('shellcheck of generated shell texts', generated)
}

for (const { name, output } of failures) console.error(`\n✗ ${name}\n${output}`)
process.exitCode = failures.length > 0 ? 1 : 0

function fail(name, output) {
  failures.push({ name, output })
}

function run(name, command, args, input) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8', input })
  if (error) fail(name, String(error))
  else if (status !== 0) fail(name, stdout + stderr)
  else return true
  return false
}

function wording(files) {
  const faults = files.flatMap((file) => wordingFaults(file, readFileSync(join(root, file), 'utf8')))
  if (faults.length > 0) fail('wording', `${faults.join('\n')}\n`)
  else console.log(`wording: ${files.length} files fine`)
}

/** `bash -n` or `sh -n`, on text that is not in a file. */
function syntax(name, texts) {
  const bad = texts.filter((each) => !run(each.name, each.shell, ['-n'], each.text))
  if (bad.length === 0) console.log(`${name}: ${texts.length} fine`)
}

function shellcheck(name, texts) {
  const bad = texts.filter(({ shell, text, file, name }) =>
    file
      ? !run(name, 'shellcheck', ['--color=never', `--shell=${shell}`, file])
      : !run(name, 'shellcheck', ['--color=never', `--shell=${shell}`, '-'], text),
  )
  if (bad.length === 0) console.log(`${name}: ${texts.length} fine`)
}

/** Files that git tracks or would add. Without git, nothing is checked. */
function trackedFiles() {
  const git = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (git.status === 0) return git.stdout.split('\0').filter((file) => file && isFile(join(root, file)))
  fail('list of files', `git ls-files: ${git.error ?? git.stderr}`)
  return []
}

function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

/** `bash` or `sh`, by the first line, or else by the file name. */
function shellOf(file) {
  const start = readFileSync(join(root, file)).subarray(0, 100).toString('latin1')
  const interpreter = /^#!\s*(?:\/usr\/bin\/env(?: -S)? |\S*\/)(bash|sh|dash)\b/.exec(start)?.[1]
  if (interpreter) return interpreter
  return /\.(bash|sh)$/.exec(file)?.[1]
}
