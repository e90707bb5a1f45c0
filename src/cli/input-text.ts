/** Files that the user names beside the app: the manifest, bound services. */
import { resolve } from 'node:path'
import { MOST, readForeignFile } from '../system/foreign-file.ts'
import type { CommandLine } from './command-line.ts'

/** @throws InputError with the reason */
export async function readInputText(file: string, { cwd }: Pick<CommandLine, 'cwd'>): Promise<string> {
  return readForeignFile(resolve(cwd, file), MOST.data, { shown: file }).toString()
}
