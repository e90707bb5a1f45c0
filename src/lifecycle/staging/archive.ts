/** Assembles the droplet and packs it, as the platform's builder does. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { describeExit } from '../../platform/go/exit.ts'
import { diskUsage } from '../../system/disk-usage.ts'
import { StagingFailure, within } from './failure.ts'
import { packDirectory } from './pack.ts'
import type { Sink } from './script.ts'
import { makeStagingFolder, type StagingFolders } from './staging-folders.ts'

/**
 * Creates the contents of a droplet, with the app's files from `buildDir`.
 * @throws StagingFailure with the platform's message
 */
export async function assembleDroplet(
  { contents }: StagingFolders,
  buildDir: string,
  stderr: Sink,
): Promise<void> {
  for (const name of ['tmp', 'logs']) {
    // Staging fails if a buildpack has created something else there.
    await within('Failed to set up droplet filesystem', () => makeStagingFolder(join(contents, name)))
  }
  await moveDirectory(buildDir, join(contents, 'app'), stderr)
}

/**
 * The platform's builder copies. Moving differs only if the target exists or the source is missing.
 * @throws StagingFailure when it cannot be copied
 */
export async function moveDirectory(from: string, to: string, stderr: Sink): Promise<void> {
  if (
    !existsSync(to) &&
    (await rename(from, to).then(
      () => true,
      () => false,
    ))
  )
    return
  const copy = spawn('cp', ['-a', from, to], { stdio: ['ignore', 'pipe', 'pipe'] })
  // Passed on as a whole: pieces may divide a character or a path.
  const chunks: Buffer[] = []
  for (const output of [copy.stdout, copy.stderr]) output.on('data', (chunk: Buffer) => chunks.push(chunk))
  const failure = describeExit(...((await once(copy, 'close')) as [number | null, NodeJS.Signals | null]))
  stderr(Buffer.concat(chunks))
  if (failure) throw new StagingFailure('Failed to copy compiled droplet', failure)
}

/** Gets the approximate number of packed bytes and the total. */
export type PackingProgress = (done: number, total: number) => void

/**
 * A failure leaves an incomplete file.
 * @throws StagingFailure in the platform's words, or InputError when the droplet cannot be written
 */
export async function packDroplet(
  { contents }: StagingFolders,
  droplet: string,
  onProgress: PackingProgress | undefined,
): Promise<void> {
  const total = onProgress ? await diskUsage(contents).catch(() => 0) : 0
  const { output, failure } = await packDirectory(contents, droplet, (done) =>
    onProgress?.(done, Math.max(done, total)),
  )
  if (failure) throw new StagingFailure(`Failed to compress droplet filesystem: ${output}`, failure)
}
