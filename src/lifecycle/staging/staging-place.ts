/** Where the scripts of a staging run: at the platform's paths in a container, or directly on this machine. */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Container, ownByVcap, type Program, type ReservedContainer } from '../../container/container.ts'
import { STAGING, VCAP } from '../../platform/container.ts'
import type { Buildpack } from './buildpack.ts'

export interface StagingPlace {
  /** Converts a path of this machine to the scripts' path. */
  readonly inside: (path: string) => string
  /** The program to spawn for a script. */
  readonly enter: Container['enter']
  /** Changes the owner of existing files to the user of the scripts. */
  readonly handOver: () => Promise<void>
}

interface PlaceOptions {
  /** The staging's own directory, whose `tmp` the scripts see as `/tmp`. */
  readonly work: string
  readonly cacheDir: string
  readonly buildpacks: readonly Buildpack[]
  readonly home: string
  readonly env: Readonly<Record<string, string>>
}

/** Variables with additional certificates of this machine, for downloads of the staging. */
const CERTIFICATES = ['SSL_CERT_FILE', 'SSL_CERT_DIR']

/** @throws Error when the container does not start */
export async function stagingContainer(
  reserved: ReservedContainer,
  { work, cacheDir, buildpacks, home, env }: PlaceOptions,
): Promise<StagingPlace> {
  const tmp = join(work, 'tmp')
  const paths = new Map<string, string>([[home, VCAP.home]])
  if (!cacheDir.startsWith(tmp)) paths.set(cacheDir, STAGING.cache)
  await mkdir(join(work, STAGING.cache), { recursive: true })
  for (const { directory, mountPoint } of buildpacks)
    if (mountPoint !== undefined) paths.set(directory, mountPoint.slice(work.length))
  for (const certificates of CERTIFICATES.map((name) => env[name] ?? ''))
    if (certificates.startsWith('/') && existsSync(certificates)) paths.set(certificates, certificates)
  const container = await reserved.start({
    path: env.PATH ?? '',
    mounts: [...paths].map(([source, at]) => ({
      source,
      at,
      writable: at === VCAP.home || at === STAGING.cache,
    })),
  })
  const prefixes = [...paths, [tmp, '/tmp'] as const].sort(([a], [b]) => b.length - a.length)
  const inside = (path: string) => {
    const [source, at] = prefixes.find(([each]) => path === each || path.startsWith(`${each}/`)) ?? ['', '']
    return `${at}${path.slice(source.length)}`
  }
  return {
    inside,
    enter: (program: Program) =>
      container.enter({
        ...program,
        file: inside(program.file),
        args: program.args.map(inside),
        cwd: inside(program.cwd),
      }),
    handOver: () => ownByVcap([home, cacheDir, tmp]),
  }
}
