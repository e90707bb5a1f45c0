/** The app manifest that `-f` names, of which `--app` chooses an application. */
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { InputError, type Problems } from '../config/problems.ts'
import { decodeText, MOST_BYTES, reportTooLarge } from '../config/yaml/text.ts'
import type { AppManifest } from '../manifest/app-manifest.ts'

export interface ManifestOptions {
  readonly manifest?: string
  /** Which application of a manifest that has several. */
  readonly app?: string
}

/**
 * @returns undefined when none is named, or a problem with the whole was reported
 * @throws InputError when there is no such file
 */
export async function readManifestFile(
  { manifest, app }: ManifestOptions,
  cwd: string,
  problems: Problems,
): Promise<AppManifest | undefined> {
  if (manifest === undefined) return undefined
  const text = await textOf(manifest, resolve(cwd, manifest), problems)
  const { readAppManifest } = await import('../manifest/app-manifest.ts')
  return text === undefined ? undefined : readAppManifest(text, manifest, problems, app)
}

async function textOf(shown: string, path: string, problems: Problems): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (!found) throw new InputError(`there is no manifest ${shown}`)
  if (found.isDirectory()) throw new InputError(`the manifest ${shown} is a folder`)
  if (found.size > MOST_BYTES) {
    reportTooLarge(found.size, shown, problems)
    return undefined
  }
  const bytes = await readFile(path).catch((thrown: Error) => {
    throw new InputError(`${shown} cannot be read: ${thrown.message}`)
  })
  return decodeText(bytes, shown, problems)
}
