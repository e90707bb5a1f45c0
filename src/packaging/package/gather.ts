/** What a package is made of, read and checked before anything is written: its identity, manifest and files. */
import { existsSync, statSync } from 'node:fs'
import type { Identity } from '../../buildpack/identity.ts'
import { STACK_NAMES } from '../../platform/stacks.ts'
import { InputError, type Problems } from '../../problems/problems.ts'
import {
  CARRIED_CONFIGURATION,
  type CarriedConfiguration,
  carriedConfiguration,
  type PackagingSources,
} from './carried-configuration.ts'
import { carriedFiles } from './carried-files.ts'
import { type ManifestOfPackage, manifestOfPackage } from './dependencies-of-package.ts'
import { type IdentityRequest, identityOfPackage } from './identity-of-package.ts'
import { SBOM_FILE } from './sbom.ts'
import type { PackagedFile } from './zip-file.ts'

export interface GatherRequest extends IdentityRequest {
  /** The only stack that the package is for; absent: any. */
  readonly stack?: string
  /** For what the carried `sidecars.yml` names. */
  readonly sources: PackagingSources
}

export interface Gathered extends ManifestOfPackage {
  readonly identity: Identity
  /** The files of the maker's directory. */
  readonly carried: readonly PackagedFile[]
  readonly configuration?: CarriedConfiguration
}

/** Reports every problem with the input. @throws InputError when there is no directory to read */
export async function gather(request: GatherRequest, problems: Problems): Promise<Gathered> {
  const { sidecars, stack, sources } = request
  if (sidecars !== undefined && !statSync(sidecars, { throwIfNoEntry: false })?.isDirectory()) {
    const what = existsSync(sidecars) ? 'is not a directory' : 'not found'
    throw new InputError(`--sidecars: ${sidecars} ${what}; pass the directory that contains sidecars.yml`)
  }
  const identity = identityOfPackage(request, problems)
  if (stack !== undefined && !/^\w[\w.-]*$/.test(stack)) {
    const what = `${JSON.stringify(stack)} is not a valid name of a stack`
    problems.error(undefined, what, `known stacks: ${STACK_NAMES.join(', ')}`)
  }
  const ofPackage = manifestOfPackage(sidecars ?? request.root, stack, problems)
  if (sidecars === undefined) return { identity, ...ofPackage, carried: [] }
  const configuration = await carriedConfiguration(
    {
      directory: sidecars,
      name: identity.name,
      sources,
      manifest: ofPackage.meaning,
      ...(stack && { stack }),
    },
    problems,
  )
  const carried = carriedFiles(sidecars, problems).filter(({ name }) => !GENERATED.has(name))
  return { identity, ...ofPackage, carried, ...(configuration && { configuration }) }
}

/** Files of the maker's directory that packaging writes itself, from what they say. */
const GENERATED = new Set([CARRIED_CONFIGURATION, 'manifest.yml', 'VERSION', 'buildpack.toml'])
/** Paths in the package that are not the maker's. */
const RESERVED = [/^(?:dist|runtime)\//, /^config\/sidecars\.yml$/i]

/** @throws InputError when the maker's files and those of this project have the same path */
export function refuseClashes(own: readonly PackagedFile[], carried: readonly PackagedFile[]): void {
  const taken = new Set([...own.map(({ name }) => name.toLowerCase()), SBOM_FILE])
  const clashes = carried.filter(
    ({ name }) => taken.has(name.toLowerCase()) || RESERVED.some((each) => each.test(name)),
  )
  if (clashes.length === 0) return
  const names = clashes.slice(0, 5).map(({ name }) => name)
  const more = clashes.length > 5 ? ', …' : ''
  throw new InputError(
    `${names.join(', ')}${more}: these paths are used by the buildpack itself; move your files`,
  )
}
