// The buildpack's scripts as in a package: with the Node.js that it carries and the code caches for it.
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

/** A supply script as a team writes it without this buildpack. */
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

  /** A supply into a new deps directory, as a command for `medians`. */
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

  /** @returns {string} a bin/supply without our code caches, or with Node.js's compile cache instead */
  withoutCodeCaches(instead) {
    const copy = join(this.#work, instead ?? 'no-cache')
    cpSync(this.path, copy, { recursive: true, filter: (path) => !path.endsWith('.cache') })
    if (instead === 'compile-cache')
      writeFileSync(
        join(copy, 'dist/supply.cjs'),
        `require('node:module').enableCompileCache({ directory: __dirname + '/compiled', portable: true })
require('./supply.js')
`,
      )
    return join(copy, 'bin/supply')
  }

  /** @returns {number} the peak of resident memory of a supply of this app, in MiB */
  peakMemory(app) {
    const reporting = join(this.#work, 'reporting')
    rmSync(reporting, { recursive: true, force: true })
    for (const each of ['bin', 'dist', 'buildpack.toml'])
      cpSync(join(this.path, each), join(reporting, each), { recursive: true })
    mkdirSync(join(reporting, 'runtime'))
    const { node, peak } = reportingNode(this.node, this.#work)
    symlinkSync(node, join(reporting, 'runtime/node'))
    const { argv, before } = this.supply(app, join(reporting, 'bin/supply'))
    before()
    const { status, stdout, stderr } = spawnSync(argv[0], argv.slice(1), { env: this.env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`supply of ${app}: ${stdout}${stderr}`)
    return peak()
  }
}

/** Writes a program that runs on the stack (a copy of `/bin/true`), padded to a size in MiB. */
export function program(path, megabytes) {
  copyFileSync(existsSync('/bin/true') ? '/bin/true' : process.execPath, path)
  chmodSync(path, 0o755)
  const fill = Buffer.alloc(1024 * 1024, 'x')
  for (let i = 0; i < megabytes; i++) writeFileSync(path, fill, { flag: 'a' })
}
