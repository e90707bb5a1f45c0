import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { statApp } from '../lifecycle/push/given-app.ts'
import { pushApp } from '../lifecycle/push/push.ts'

/**
 * Calls `use` with the app's folder; a jar, war or zip is exploded for it as `cf push` does.
 * @throws InputError when there is no such app
 */
export async function withAppFolder<T>(app: string, use: (folder: string) => Promise<T>): Promise<T> {
  const found = await statApp(app)
  if (found.isDirectory()) return use(app)
  const folder = await mkdtemp(join(tmpdir(), 'app-'))
  try {
    await pushApp({ app, buildDir: folder })
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
