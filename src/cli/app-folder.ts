import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pushApp } from '../lifecycle/push/push.ts'

/**
 * Calls `use` with a directory of what `cf push` would push of the app: without what is ignored, a jar, war or zip
 * exploded. Its files are not to be changed: they may be the app's own, under a second name.
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
