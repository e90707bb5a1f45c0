/** An app with sources, staged by the checkout's own `bin/supply`, each as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ownFolder } from '../../../src/buildpack/own-folder.ts'
import { listing } from '../../support/files.ts'

export const SUPPLY = join(ownFolder(), 'bin', 'supply')
type Env = Readonly<Record<string, string>>

export interface Supplied {
  readonly status: number | null
  /** Everything that it wrote. */
  readonly said: string
}

export class AppWithSource {
  readonly root = mkdtempSync(join(tmpdir(), 'app-with-source-'))
  readonly app = join(this.root, 'app')
  readonly cache = join(this.root, 'cache')
  readonly deps = join(this.root, 'deps')

  /** @param source as in `sidecars.yml`, such as `{path: big}` */
  constructor(source: string) {
    for (const each of [this.app, this.cache]) mkdirSync(each)
    writeFileSync(join(this.app, 'sidecars.yml'), `sidecars:\n  - {name: one, source: ${source}}\n`)
  }

  /** Starts it; the deps dir is what the platform hands out: it has the folder of this buildpack and nothing else. */
  start(env: Env = {}, deps = this.deps): ChildProcess {
    mkdirSync(join(deps, '0'), { recursive: true })
    const PATH = `${dirname(process.execPath)}:/usr/bin:/bin`
    return spawn(SUPPLY, [this.app, this.cache, deps, '0'], {
      env: { PATH, CF_STACK: 'cflinuxfs4', LANG: 'en_US.UTF-8', ...env },
    })
  }

  supply(env: Env = {}, deps = this.deps): Promise<Supplied> {
    return ended(this.start(env, deps))
  }

  /** What stands in the droplet. */
  droplet(deps = this.deps): readonly string[] {
    return listing(deps).filter((each) => each !== '0/ 755')
  }

  cached(): readonly string[] {
    return listing(this.cache).filter((each) => !/\/ \d+$/.test(each))
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

export function ended(child: ChildProcess): Promise<Supplied> {
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece) => (said += piece))
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, said })))
}
