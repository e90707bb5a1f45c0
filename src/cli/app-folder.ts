import { realpath } from 'node:fs/promises'
import { statApp } from '../lifecycle/push/given-app.ts'
import { pushApp } from '../lifecycle/push/push.ts'
import { isPushedWhole } from '../lifecycle/push/pushed-whole.ts'
import { withTemporaryFolder } from '../system/temporary-folder.ts'

/**
 * Calls `use` with a directory of the files that `cf push` would push: without ignored files, a jar, war or zip unpacked.
 * The files must not be changed: they may be the app's files, or hard links to them.
 * @throws InputError when there is no such app
 */
export async function withPushedFiles<T>(app: string, use: (folder: string) => Promise<T>): Promise<T> {
  if ((await statApp(app)).isDirectory() && isPushedWhole(app)) return use(await realpath(app))
  return withTemporaryFolder('app-', async (folder) => {
    await pushApp({ app, buildDir: folder, asLinks: true })
    return use(folder)
  })
}
