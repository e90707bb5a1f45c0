/** The Dockerfile's image, built by buildah in a storage of its own. */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stackRootfs } from '../../support/root-file-systems.ts'

const root = join(import.meta.dirname, '../../..')

/** The image's configuration: https://github.com/opencontainers/image-spec/blob/main/config.md */
export interface ImageConfig {
  readonly User: string
  readonly Env: readonly string[]
  readonly Entrypoint: readonly string[]
  readonly Cmd: readonly string[]
  readonly WorkingDir: string
}

export class Image {
  readonly #work = mkdtempSync(join(tmpdir(), 'sidecar-buildpack-image-'))
  /** A container's root file system made of the image. */
  readonly root: string
  readonly config: ImageConfig

  constructor() {
    try {
      this.root = this.#build()
      this.config = JSON.parse(this.#buildah('inspect', '--type', 'image', 'sidecar-buildpack')).OCIv1.config
    } catch (thrown) {
      this.remove()
      throw thrown
    }
  }

  #build(): string {
    const context = join(this.#work, 'context')
    mkdirSync(context)
    for (const each of ['Dockerfile', '.dockerignore', 'scripts/docker'])
      cpSync(join(root, each), join(context, each), { recursive: true })
    execFileSync(join(root, 'bin/sidecar-buildpack'), ['package', '-o', `${context}/`], { stdio: 'pipe' })
    this.#importBase('localhost/stack')
    // The isolation that needs no container runtime.
    const build = ['build', '--quiet', '--isolation', 'chroot', '--build-arg', 'BASE=localhost/stack']
    this.#buildah(...build, '--tag', 'sidecar-buildpack', context)
    return this.#buildah('mount', this.#buildah('from', 'sidecar-buildpack'))
  }

  /** No registry is asked for the stack's image, so its counterpart becomes one, with the user that the stack has. */
  #importBase(name: string): void {
    const container = this.#buildah('from', 'scratch')
    const target = this.#buildah('mount', container)
    execFileSync('cp', ['-a', `${stackRootfs('bookworm')}/.`, target])
    addVcap(target)
    this.#buildah('config', '--user', '2000:2000', container)
    this.#buildah('commit', '--quiet', '--rm', container, name)
  }

  #buildah(...args: readonly string[]): string {
    const storage = ['--root', join(this.#work, 'storage'), '--runroot', join(this.#work, 'run')]
    return execFileSync('buildah', [...storage, ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim()
  }

  /** A folder that the image's user can write to, removed with the rest. */
  folder(name: string): string {
    const folder = join(this.#work, name)
    mkdirSync(folder)
    chmodSync(folder, 0o777)
    return folder
  }

  remove(): void {
    // A storage of overlays is a mount, with others in it.
    spawnSync('umount', ['--recursive', join(this.#work, 'storage/overlay')])
    rmSync(this.#work, { recursive: true, force: true })
  }
}

/** https://github.com/cloudfoundry/cflinuxfs4/blob/main/Dockerfile */
function addVcap(rootfs: string): void {
  appendFileSync(join(rootfs, 'etc/passwd'), 'vcap:x:2000:2000::/home/vcap:/bin/bash\n')
  appendFileSync(join(rootfs, 'etc/group'), 'vcap:x:2000:\n')
  const app = join(rootfs, 'home/vcap/app')
  mkdirSync(app, { recursive: true })
  for (const each of [join(rootfs, 'home/vcap'), app]) chownSync(each, 2000, 2000)
  symlinkSync('/home/vcap/app', join(rootfs, 'app'))
}
