import { pushApp } from '../lifecycle/push/push.ts'
import { withTemporaryFolder } from '../system/temporary-folder.ts'

/**
 * Calls `use` with a directory of the files that `cf push` would push: without ignored files, a jar, war or zip unpacked.
 * The files must not be changed: they may be hard links to the app's files.
 * @throws InputError when there is no such app
 */
export async function withPushedFiles<T>(app: string, use: (folder: string) => Promise<T>): Promise<T> {
  return withTemporaryFolder('app-', async (folder) => {
    await pushApp({ app, buildDir: folder, asLinks: true })
    return use(folder)
  })
}
