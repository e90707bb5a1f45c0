/** Extracts the Node.js of a packaged buildpack, so that packaging needs no npm. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import AdmZip from 'adm-zip'
import { InputError } from '../../problems/problems.ts'
import { readForeignFile } from '../../system/foreign-file.ts'
import { RUNTIME_FILE, RUNTIME_LICENCE } from './own-files.ts'

/** No package is larger: Cloud Controller takes buildpacks of 1 GiB (`packages.max_package_size`). */
const LARGEST_PACKAGE = 1024 ** 3

/** @returns the paths of the binary and, if the package has it, of its licence, both in `into` */
export function extractRuntime(zip: string, into: string): [string, string | undefined] {
  const [binary, licence] = contentsOf(zip, [RUNTIME_FILE, RUNTIME_LICENCE])
  if (binary === undefined) {
    throw new InputError(`--from: ${zip} has no ${RUNTIME_FILE}; use a zip made by sidecar-buildpack package`)
  }
  const write = (bytes: Buffer, name: string) => {
    writeFileSync(join(into, name), bytes, { mode: 0o755 })
    return join(into, name)
  }
  return [write(binary, 'node'), licence && write(licence, 'node-LICENSE')]
}

/** Undefined for an entry that is not there. @throws InputError when the zip or an entry is damaged */
function contentsOf(zip: string, names: readonly string[]): readonly (Buffer | undefined)[] {
  const bytes = readForeignFile(zip, LARGEST_PACKAGE, { shown: `--from: ${zip}` })
  try {
    const archive = new AdmZip(bytes)
    return names.map((name) => {
      const entry = archive.getEntry(name)
      if (entry && entry.header.size > LARGEST_PACKAGE) throw new Error(`${name} is too large`)
      return entry?.getData()
    })
  } catch (thrown) {
    const why = (thrown as Error).message.replace(/^ADM-ZIP: /, '')
    throw new InputError(`--from: ${zip} cannot be read: ${why}; use a zip made by sidecar-buildpack package`)
  }
}
