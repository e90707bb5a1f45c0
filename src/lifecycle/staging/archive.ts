/** Packs the droplet and the cache with the system's `cp` and `tar`, as the platform's builder does. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describeSystemError } from '../../platform/go/system-error.ts'
import { StagingFailure } from './failure.ts'
import type { Sink } from './script.ts'
import { makeFolder, type StagingFolders } from './staging-folders.ts'

/** @throws StagingFailure in the platform's words */
export async function packDroplet(
  { contents }: StagingFolders,
  buildDir: string,
  droplet: string,
  stderr: Sink,
): Promise<void> {
  for (const name of ['tmp', 'logs']) {
    // A buildpack that left something else there fails the staging.
    const folder = join(contents, name)
    await makeFolder(folder).catch((thrown: NodeJS.ErrnoException) => {
      const why = thrown.code === 'EEXIST' ? 'not a directory' : describeSystemError(thrown)
      throw new StagingFailure('Failed to set up droplet filesystem', `mkdir ${folder}: ${why}`)
    })
  }
  const copied = await tool('cp', ['-a', buildDir, join(contents, 'app')])
  stderr(copied.output)
  if (copied.failure) throw new StagingFailure('Failed to copy compiled droplet', copied.failure)
  const packed = await tool('tar', ['-czf', droplet, '-C', contents, '.'])
  if (packed.failure)
    throw new StagingFailure(`Failed to compress droplet filesystem: ${packed.output}`, packed.failure)
}

/** @throws StagingFailure in the platform's words */
export async function packCache(cacheDir: string, archive: string): Promise<void> {
  await mkdir(dirname(archive), { recursive: true })
  const packed = await tool('tar', ['-czf', archive, '-C', cacheDir, '.'])
  if (packed.failure)
    throw new StagingFailure(`Failed to compress build artifacts: ${packed.output}`, packed.failure)
}

/** Runs a system tool in the environment of this process; what it prints comes back. */
async function tool(file: string, args: readonly string[]) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [status, signal] = (await once(child, 'close')) as [number | null, string | null]
  const failure = signal ? `signal: ${signal}` : status === 0 ? undefined : `exit status ${status}`
  return { output: Buffer.concat(chunks), failure }
}
