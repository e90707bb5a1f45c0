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
  const archive = openArchive(zip)
  const extract = (entry: string, name: string) => {
    const bytes = read(zip, archive, entry)
    if (!bytes) return undefined
    writeFileSync(join(into, name), bytes, { mode: 0o755 })
    return join(into, name)
  }
  const binary = extract(RUNTIME_FILE, 'node')
  if (binary === undefined) {
    throw new InputError(`--from: ${zip} has no ${RUNTIME_FILE}; use a zip made by sidecar-buildpack package`)
  }
  return [binary, extract(RUNTIME_LICENCE, 'node-LICENSE')]
}

function openArchive(zip: string): AdmZip {
  const bytes = readForeignFile(zip, LARGEST_PACKAGE, { shown: `--from: ${zip}` })
  try {
    return new AdmZip(bytes)
  } catch (thrown) {
    throw unreadable(zip, thrown)
  }
}

function read(zip: string, archive: AdmZip, name: string): Buffer | undefined {
  try {
    const entry = archive.getEntry(name)
    if (entry && entry.header.size > LARGEST_PACKAGE) throw new Error(`${name} is too large`)
    return entry?.getData()
  } catch (thrown) {
    throw unreadable(zip, thrown)
  }
}

function unreadable(zip: string, thrown: unknown): InputError {
  return new InputError(`--from: ${zip} cannot be read: ${thrown instanceof Error ? thrown.message : thrown}`)
}
