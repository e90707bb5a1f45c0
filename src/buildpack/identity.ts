/**
 * `buildpack.toml`: the identity of a buildpack, in the format of the Cloud Native Buildpacks descriptor
 * (https://github.com/buildpacks/spec/blob/main/buildpack.md#buildpacktoml-toml).
 */
import { join } from 'node:path'
import type TOML from '@iarna/toml'
// Only the parser, because the package's main module loads streams.
import parseToml from '@iarna/toml/parse-string.js'
import stringifyToml from '@iarna/toml/stringify.js'
import { InputError } from '../problems/problems.ts'
import { readForeignFile } from '../system/foreign-file.ts'

export interface Identity {
  readonly id: string
  /** For display. */
  readonly name: string
  readonly version: string
}

/** @throws InputError when the file is missing or lacks one of them */
export function readIdentity(folder: string): Identity {
  const file = join(folder, 'buildpack.toml')
  const { buildpack } = parse(file)
  const { id, name, version } = isTable(buildpack) ? buildpack : {}
  if (typeof id !== 'string' || typeof version !== 'string') {
    throw new InputError(`${file}: [buildpack] requires an id and a version, both strings`)
  }
  return { id, name: typeof name === 'string' ? name : id, version }
}

/** The text of the file. It has no licences; they are in the LICENSE file. */
export function identityText({ id, name, version }: Identity): string {
  return stringifyToml({ buildpack: { id, name, version } })
}

function parse(file: string): TOML.JsonMap {
  try {
    return parseToml(readForeignFile(file).toString())
  } catch (thrown) {
    throw new InputError(`${file} cannot be read: ${thrown instanceof Error ? thrown.message : thrown}`)
  }
}

function isTable(value: TOML.AnyJson | undefined): value is TOML.JsonMap {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)
}
