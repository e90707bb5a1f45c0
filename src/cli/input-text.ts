/** Files that the user names beside the app: the manifest, bound services. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { InputError } from '../config/problems.ts'
import type { CommandLine } from './command-line.ts'

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
}

/** @throws InputError with the reason */
export async function readInputText(file: string, { cwd }: Pick<CommandLine, 'cwd'>): Promise<string> {
  return readFile(resolve(cwd, file), 'utf8').catch(({ code, message }: NodeJS.ErrnoException) => {
    throw new InputError(`${file} cannot be read: ${REASONS[code ?? ''] ?? message}`)
  })
}
