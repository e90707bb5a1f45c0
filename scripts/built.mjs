// `node scripts/built.mjs [COMMAND…]`: installs what is missing, builds, then runs the command of an npm script.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const scripts = dirname(fileURLToPath(import.meta.url))
const [command, ...args] = process.argv.slice(2)

run(process.execPath, [join(scripts, 'ensure-installed.mjs')])
run(process.execPath, [join(scripts, 'build.mjs'), '--quiet'])
if (command) run(command, args)

/** If the command fails, this script ends with its exit status. */
function run(program, words) {
  const { status, signal, error } = spawnSync(program, words, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (error) console.error(`${program}: ${error.message}`)
  if (status !== 0) process.exit(status ?? (signal ? 130 : 1))
}
