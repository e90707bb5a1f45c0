/** A container of the image as `docker run` starts it, by runc: the image's user, environment and entry point. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Image } from './image.ts'

export interface RunOptions {
  /** Mounted at /workspace. */
  readonly workspace: string
  readonly args: readonly string[]
  /** `docker run -t`. */
  readonly terminal?: boolean
  /** `docker run --privileged`, as far as making namespaces goes. */
  readonly privileged?: boolean
}

let started = 0

export class Container {
  readonly #name = `sidecar-buildpack-test-${process.pid}-${++started}`
  readonly #child: ChildProcess
  #said = ''
  readonly ended: Promise<number>

  constructor(image: Image, options: RunOptions) {
    const bundle = image.folder(this.#name)
    execFileSync('runc', ['spec', '--bundle', bundle])
    const file = join(bundle, 'config.json')
    writeFileSync(file, JSON.stringify(configured(JSON.parse(readFileSync(file, 'utf8')), image, options)))
    const run = ['runc', 'run', '--bundle', bundle, this.#name]
    const [program = '', ...args] = options.terminal ? ['script', '-qec', run.join(' '), '/dev/null'] : run
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (piece) => (this.#said += piece))
    this.ended = once(this.#child, 'close').then(([status]) => status)
  }

  /** Standard output and standard error so far. */
  get said(): string {
    return this.#said
  }

  /** Presses keys in its terminal. */
  type(keys: string): void {
    this.#child.stdin?.write(keys)
  }

  /** `docker kill --signal`: to its first process. */
  signal(name: string): void {
    execFileSync('runc', ['kill', this.#name, name])
  }

  /** `docker exec`. @returns standard output */
  exec(...args: readonly string[]): string {
    return execFileSync('runc', ['exec', this.#name, ...args], { encoding: 'utf8' })
  }

  remove(): void {
    spawnSync('runc', ['delete', '--force', this.#name])
  }
}

interface Spec {
  process: Record<string, unknown>
  root: unknown
  mounts: { readonly type: string }[]
  linux: { namespaces: { readonly type: string }[]; maskedPaths?: unknown; readonlyPaths?: unknown }
}

/** https://github.com/opencontainers/runtime-spec/blob/main/config.md, from what `runc spec` writes */
function configured(spec: Spec, image: Image, { workspace, args, terminal, privileged }: RunOptions): Spec {
  const { User, Env, Entrypoint, WorkingDir } = image.config
  const [uid, gid] = User.split(':').map(Number)
  const { maskedPaths, readonlyPaths, namespaces, ...linux } = spec.linux
  return {
    ...spec,
    root: { path: image.root, readonly: false },
    process: {
      ...spec.process,
      terminal: terminal ?? false,
      user: { uid, gid },
      args: [...Entrypoint, ...args],
      env: terminal ? [...Env, 'TERM=xterm'] : Env,
      cwd: WorkingDir,
      noNewPrivileges: false,
    },
    mounts: [
      ...spec.mounts,
      { type: 'bind', ...{ destination: '/workspace', source: workspace, options: ['rbind', 'rw'] } },
    ],
    linux: {
      ...linux,
      // The network of this machine, which publishes every port.
      namespaces: namespaces.filter(({ type }) => type !== 'network'),
      ...(!privileged && { maskedPaths, readonlyPaths }),
    },
  }
}
