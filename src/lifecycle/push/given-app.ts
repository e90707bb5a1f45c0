import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { InputError } from '../../problems/problems.ts'
import { visibleLine } from '../../problems/visible.ts'

/** @throws InputError when it does not exist, or is the app's configuration or manifest */
export async function statApp(app: string): Promise<Stats> {
  const found = await stat(app).catch(() => undefined)
  if (!found) throw new InputError(`${visibleLine(app)} not found`)
  if (found.isFile() && /\.ya?ml$/i.test(app)) {
    throw new InputError(`${app} is not an app; pass the directory, jar, war or zip to push`)
  }
  return found
}
