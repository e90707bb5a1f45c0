/** The file of `--services`. */
import { type BoundServices, parseServices } from '../diego/services-file.ts'
import type { CommandLine } from './command-line.ts'
import { readInputText } from './input-text.ts'

/** @throws InputError when it cannot be read or has another format */
export async function readServicesFile(file: string, line: CommandLine): Promise<BoundServices> {
  return parseServices(await readInputText(file, line), file)
}
