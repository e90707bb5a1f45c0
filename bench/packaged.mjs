// The buildpack's scripts as a package has them: its own Node.js, and the code caches that packaging makes with it.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { carriedNode, codeCachesFor } from './carried-node.mjs'
import { reportingNode } from './peak-memory.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** What a team writes by itself, for as many sidecars as an app has: see the file. */
export const BASH_SUPPLY = join(root, 'bench', 'bash-supply')

/** @param {string} work a folder for it */
export async function packagedScripts(work) {
  const node = await carriedNode()
  const packaged = join(work, 'packaged')
  for (const each of ['bin', 'dist', 'buildpack.toml'])
    cpSync(join(root, each), join(packaged, each), { recursive: true })
  mkdirSync(join(packaged, 'runtime'))
  symlinkSync(node, join(packaged, 'runtime/node'))
  for (const { name, content } of await codeCachesFor(packaged, node, work))
    writeFileSync(join(packaged, name), content.bytes)
  return new Packaged(packaged, node, work)
}

class Packaged {
  constructor(path, node, work) {
    this.path = path
    this.node = node
    this.#work = work
    this.env = { PATH: `${dirname(node)}:${process.env.PATH}`, CF_STACK: 'cflinuxfs4', LANG: 'en_US.UTF-8' }
  }
  #work

  /** A whole supply into a deps dir that is new each time; a command for `medians`. */
  supply(app, script = join(this.path, 'bin/supply')) {
    const droplet = join(dirname(app), 'droplet')
    const before = () => {
      rmSync(droplet, { recursive: true, force: true })
      for (const name of ['deps/0', 'profile.d', 'cache']) mkdirSync(join(droplet, name), { recursive: true })
    }
    return {
      argv: [script, app, join(droplet, 'cache'), join(droplet, 'deps'), '0'],
      env: this.env,
      before,
      deps: join(droplet, 'deps/0'),
    }
  }

  /** @returns {string} a bin/supply that starts with Node.js's own compile cache in place of our code caches */
  withCompileCache() {
    const copy = join(this.#work, 'compile-cache')
    cpSync(this.path, copy, { recursive: true, filter: (path) => !path.endsWith('.cache') })
    writeFileSync(
      join(copy, 'dist/supply.cjs'),
      `require('node:module').enableCompileCache({ directory: __dirname + '/compiled', portable: true })
require('./supply.js')
`,
    )
    return join(copy, 'bin/supply')
  }

  /** @returns {number} the most resident memory that a supply of this app has, in MiB */
  peakMemory(app) {
    const telling = join(this.#work, 'telling')
    rmSync(telling, { recursive: true, force: true })
    for (const each of ['bin', 'dist', 'buildpack.toml'])
      cpSync(join(this.path, each), join(telling, each), { recursive: true })
    mkdirSync(join(telling, 'runtime'))
    const { node, peak } = reportingNode(this.node, this.#work)
    symlinkSync(node, join(telling, 'runtime/node'))
    const { argv, before } = this.supply(app, join(telling, 'bin/supply'))
    before()
    const { status, stdout, stderr } = spawnSync(argv[0], argv.slice(1), { env: this.env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`supply of ${app}: ${stdout}${stderr}`)
    return peak()
  }
}

/** A program for the stack, filled up to a size in MiB: this Node.js's own shell, `/bin/true`, is one. */
export function program(path, megabytes) {
  copyFileSync(existsSync('/bin/true') ? '/bin/true' : process.execPath, path)
  chmodSync(path, 0o755)
  const fill = Buffer.alloc(1024 * 1024, 'x')
  for (let i = 0; i < megabytes; i++) writeFileSync(path, fill, { flag: 'a' })
}
