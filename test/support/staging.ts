/** The folders of a staging container, in which tests run the phases as the platform does. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buildpackLog } from '../../src/log/log.ts'
import type { PhaseContext } from '../../src/phases/context.ts'
import { finalize } from '../../src/phases/finalize.ts'
import { supply } from '../../src/phases/supply.ts'
import { type LaunchProcess, readLaunchYml } from '../../src/platform/launch-yml.ts'
import { describeProblem, InputError } from '../../src/problems/problems.ts'

type Files = Readonly<Record<string, string | Uint8Array | { readonly text: string; readonly mode: number }>>

export class Staging {
  readonly root = mkdtempSync(join(tmpdir(), 'staging-'))
  readonly app = join(this.root, 'app')
  readonly deps = join(this.root, 'contents', 'deps')
  readonly profileDir = join(this.root, 'contents', 'profile.d')
  readonly lines: string[] = []
  /** Folders of the buildpacks, laid out as the platform does. */
  readonly buildpack = this.layOutBuildpack('0'.repeat(32))

  constructor(files: Files = {}, indexes: readonly string[] = ['0']) {
    for (const folder of [this.app, this.profileDir, ...indexes.map((index) => join(this.deps, index))]) {
      mkdirSync(folder, { recursive: true })
    }
    this.write(this.app, files)
  }

  layOutBuildpack(hash: string): string {
    const folder = join(this.root, 'buildpacks', hash)
    mkdirSync(join(folder, 'bin'), { recursive: true })
    return folder
  }

  /** Texts that start with `#!` are executable. */
  write(root: string, files: Files): void {
    for (const [path, content] of Object.entries(files)) {
      const file = join(root, path)
      mkdirSync(dirname(file), { recursive: true })
      const text = typeof content === 'object' && 'text' in content ? content.text : content
      writeFileSync(file, text)
      const mode =
        typeof content === 'object' && 'text' in content
          ? content.mode
          : String(text).startsWith('#!')
            ? 0o755
            : 0o644
      chmodSync(file, mode)
    }
  }

  context(more: Partial<PhaseContext> = {}): PhaseContext {
    return {
      buildDir: this.app,
      cacheDir: join(this.root, 'cache'),
      depsDir: this.deps,
      index: '0',
      buildpackDir: this.buildpack,
      buildpackName: 'Sidecar Buildpack',
      buildpackVersion: '1.2.3',
      env: { CF_STACK: 'cflinuxfs4', MEMORY_LIMIT: '1024m' },
      log: buildpackLog((line) => this.lines.push(line), false),
      clock: () => new Date(),
      ...more,
    }
  }

  async supply(more: Partial<PhaseContext> = {}): Promise<void> {
    await supply(this.context(more))
  }

  finalize(more: Partial<PhaseContext> = {}): void {
    finalize({ ...this.context(more), profileDir: this.profileDir })
  }

  /** The problems with which supply fails. */
  async refusal(more: Partial<PhaseContext> = {}): Promise<readonly string[]> {
    try {
      await this.supply(more)
    } catch (thrown) {
      if (thrown instanceof InputError) return thrown.problems.map(describeProblem)
      throw thrown
    }
    throw new Error('supply did not refuse')
  }

  launchYml(index = '0'): readonly LaunchProcess[] {
    return readLaunchYml(readFileSync(join(this.deps, index, 'launch.yml'))).value
  }

  /** Every file, link and folder below `contents`: its mode, and its content. */
  contents(): Readonly<Record<string, string>> {
    const listed: Record<string, string> = {}
    const root = join(this.root, 'contents')
    for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
      const stat = lstatSync(join(root, path))
      const content = stat.isFile()
        ? readFileSync(join(root, path)).toString('latin1')
        : stat.isDirectory()
          ? 'folder'
          : 'other'
      listed[path] = `${(stat.mode & 0o7777).toString(8)} ${content}`
    }
    return listed
  }

  exists(path: string): boolean {
    return existsSync(join(this.root, 'contents', path))
  }

  read(path: string): string {
    return readFileSync(join(this.root, 'contents', path), 'utf8')
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}
