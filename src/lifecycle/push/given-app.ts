import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { InputError } from '../../config/problems.ts'

/** @throws InputError when nothing is there, or the app's configuration or manifest was given instead of the app */
export async function statApp(app: string): Promise<Stats> {
  const found = await stat(app).catch(() => undefined)
  if (!found) throw new InputError(`${app}: there is no such app`)
  if (found.isFile() && /\.ya?ml$/i.test(app)) {
    throw new InputError(`${app} is no app; give the folder, jar, war or zip that is pushed`)
  }
  return found
}
