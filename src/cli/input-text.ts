/** Reads files from the command line: variables of the manifest, bound services. */
import { createReadStream, fstatSync } from 'node:fs'
import { resolve } from 'node:path'
import { InputError } from '../problems/problems.ts'
import { MOST, readForeignFile } from '../system/foreign-file.ts'
import type { CommandLine } from './command-line.ts'

/** By descriptor. A pipe gives its text only once, and a command may read the same file for each application. */
const read = new Map<number, Promise<string>>()

/**
 * Reads a descriptor that the shell has opened, as for `<(command)`, to its end, even if it is a pipe.
 * @param option its name, for messages
 * @throws InputError with the reason
 */
export async function readInputText(
  option: string,
  file: string,
  { cwd }: Pick<CommandLine, 'cwd'>,
): Promise<string> {
  const shown = `${option}: ${file}`
  const [, stdin, number] = /^\/dev\/(?:(stdin)|fd\/(\d+))$/.exec(file) ?? []
  if (stdin !== undefined || number !== undefined) {
    const fd = Number(number ?? 0)
    const text = read.get(fd) ?? readDescriptor(fd, shown)
    read.set(fd, text)
    return text
  }
  return readForeignFile(resolve(cwd, file), MOST.data, { shown }).toString()
}

async function readDescriptor(fd: number, shown: string): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    if (fstatSync(fd).isDirectory()) throw new InputError(`${shown} is a directory, expected a file`)
    for await (const chunk of createReadStream('', { fd, autoClose: false })) {
      chunks.push(chunk as Buffer)
      length += (chunk as Buffer).length
      if (length > MOST.data) throw new InputError(`${shown} has more than ${MOST.data} bytes`)
    }
  } catch (thrown) {
    if (thrown instanceof InputError) throw thrown
    throw new InputError(`${shown} cannot be read: ${(thrown as Error).message}`)
  }
  return Buffer.concat(chunks).toString()
}
