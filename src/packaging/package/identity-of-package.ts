/** Name, version and file name of a package. */
import { basename, join, resolve } from 'node:path'
import semver from 'semver'
import { type Identity, readIdentity } from '../../buildpack/identity.ts'
import type { Problems } from '../../problems/problems.ts'
import { readForeignFileIfThere } from '../../system/foreign-file.ts'

export interface IdentityRequest {
  readonly root: string
  /** The directory of your own buildpack. */
  readonly sidecars?: string
  readonly name?: string
  readonly version?: string
}

/** The default version of your own buildpack. */
const FIRST_VERSION = '0.1.0'

/**
 * As given, else the project's identity, or the directory's name and the content of its `VERSION`.
 * `name` is the short one, without `buildpack`.
 */
export function identityOfPackage(request: IdentityRequest, problems: Problems): Identity {
  const own = readIdentity(request.root)
  const { sidecars } = request
  const name = short(request.name ?? (sidecars === undefined ? own.id : basename(resolve(sidecars))))
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) {
    problems.error(
      undefined,
      `${JSON.stringify(name)} is not a valid name of a buildpack`,
      'use letters, digits, - and _, for example --name acme',
    )
  }
  const written = request.version ?? (sidecars === undefined ? own.version : versionFile(sidecars))
  const version = semver.valid(written)
  if (version === null) {
    problems.error(
      undefined,
      `${JSON.stringify(written)} is not a valid version`,
      'use three numbers, for example --version 1.2.3',
    )
  }
  return {
    id: sidecars === undefined && request.name === undefined ? own.id : `${name}-buildpack`,
    name: sidecars === undefined && request.name === undefined ? own.name : name,
    version: version ?? written,
  }
}

/** `sidecar_buildpack-cached-cflinuxfs4-v1.0.0.zip`, like the packages of the platform's buildpacks. */
export function fileNameOf(
  identity: Identity,
  { cached, stack }: { cached: boolean; stack?: string },
): string {
  const parts = [short(identity.id), '_buildpack', cached ? '-cached' : '', stack ? `-${stack}` : '']
  return `${parts.join('')}-v${identity.version}.zip`
}

/** The name in the file name and in the manifest's `language`. */
export function short(name: string): string {
  return name.replace(/[-_ ]?buildpack$/i, '')
}

function versionFile(directory: string): string {
  return readForeignFileIfThere(join(directory, 'VERSION'))?.toString().trim() ?? FIRST_VERSION
}
