import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pushApp } from '../lifecycle/push/push.ts'

/**
 * Calls `use` with a directory of the files that `cf push` would push: without ignored files, a jar, war or zip unpacked.
 * The files must not be changed: they may be hard links to the app's files.
 * @throws InputError when there is no such app
 */
export async function withPushedFiles<T>(app: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'app-'))
  try {
    await pushApp({ app, buildDir: folder, asLinks: true })
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
