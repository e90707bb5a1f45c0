import { writeFileSync } from 'node:fs'
import { InputError } from '../problems/problems.ts'
import { writeFailure } from '../system/write-failure.ts'

/** Writes the file of an option; replaces an existing one. @throws InputError when it cannot be written */
export function writeOutputFile(option: string, path: string, text: string): void {
  try {
    writeFileSync(path, text)
  } catch (thrown) {
    throw new InputError(`${option}: cannot write ${path}: ${writeFailure(thrown)}`)
  }
}
