/**
 * The software bill of materials of a buildpack zip, in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/): Node.js,
 * the npm packages in `dist/`, what the manifest lists and, for your own buildpack, each sidecar, agent and
 * library with its files. It has no time and no serial number: the same input gives the same bytes.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ComponentType } from '@cyclonedx/cyclonedx-library/Enums'
import { Bom, type Component } from '@cyclonedx/cyclonedx-library/Models'
import { JsonSerializer, JSON as Normalizers } from '@cyclonedx/cyclonedx-library/Serialize'
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec'
import { type Identity, readIdentity } from '../../buildpack/identity.ts'
import type { ManifestDependency } from '../../buildpack/manifest.ts'
import type { SidecarsYml } from '../../config/sidecars-yml.ts'
import { describeUri } from '../../config/uri.ts'
import { type WantedSource, wantedSources } from '../vendor/wanted-sources.ts'
import { type NodeRuntime, PINNED_NODE } from './node-runtime.ts'
import { RUNTIME_FILE } from './own-files.ts'
import { component, fileComponent, genericPurl, npmPurl } from './sbom-component.ts'

/** In the zip. */
export const SBOM_FILE = 'sbom.cdx.json'
/** Written by the build (scripts/bundled-packages.mjs). */
const BUNDLED_PACKAGES = 'dist/bundled-packages.json'

export interface SbomInput {
  /** The directory of this project, compiled. */
  readonly root: string
  readonly identity: Identity
  readonly node: NodeRuntime
  readonly dependencies: readonly ManifestDependency[]
  /** Whether the zip contains the dependencies. */
  readonly cached: boolean
  /** Absent: the package is this project itself. */
  readonly own?: OwnSidecars
}

interface OwnSidecars {
  /** As the maker wrote it. */
  readonly written: SidecarsYml
  /** As in the zip: with paths for downloaded sources. */
  readonly packaged: SidecarsYml
  /** SHA-256 of each file of the maker, and of each downloaded one, by path in the zip. */
  readonly files: ReadonlyMap<string, string>
}

interface BundledPackage {
  readonly name: string
  readonly version: string
  readonly license: string
  /** Of the npm archive: `sha512-` and base64. */
  readonly integrity: string
}

/** @returns JSON, ends in a newline */
export function sbomText({ root, identity, node, dependencies, cached, own }: SbomInput): string {
  const packages: readonly BundledPackage[] = JSON.parse(readFileSync(join(root, BUNDLED_PACKAGES), 'utf8'))
  const bundled = packages.map(npmComponent)
  const project = component('sidecar-buildpack', {
    ref: own ? 'sidecar-buildpack' : 'buildpack',
    version: readIdentity(root).version,
    license: 'Apache-2.0',
  })
  const main = own ? component(identity.id, { ref: 'buildpack', version: identity.version }) : project
  const parts = [
    nodeComponent(node),
    ...dependencies.map((each) => dependencyComponent(each, cached)),
    ...(own ? ownComponents(own) : []),
    ...(own ? [project] : []),
  ]
  for (const each of bundled) project.dependencies.add(each.bomRef)
  for (const each of parts) main.dependencies.add(each.bomRef)
  const bom = new Bom()
  bom.metadata.component = main
  for (const each of [...parts, ...bundled]) bom.components.add(each)
  const serializer = new JsonSerializer(new Normalizers.Normalize.Factory(Spec1dot6))
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`
}

function npmComponent({ name, version, license, integrity }: BundledPackage): Component {
  const sha512 = Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex')
  const purl = npmPurl(name, version)
  return component(name, { ref: purl, type: ComponentType.Library, version, license, purl, sha512 })
}

/** A Node.js that is not the pinned one has no version here: only its checksum is known. */
function nodeComponent({ isPinned, sha256 }: NodeRuntime): Component {
  const { version } = PINNED_NODE
  return component('node', {
    ref: 'node',
    sha256,
    license: 'MIT',
    properties: { path: RUNTIME_FILE },
    ...(isPinned && {
      version,
      purl: genericPurl('node', version),
      cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    }),
  })
}

function dependencyComponent(dependency: ManifestDependency, cached: boolean): Component {
  const { name, version, uri, sha256, stacks, file } = dependency
  return component(name, {
    ref: `dependency:${name}@${version}:${sha256.slice(0, 16)}:${stacks.join(',')}`,
    version,
    sha256,
    purl: genericPurl(name, version),
    download: describeUri(uri),
    properties: {
      included: `${cached || file !== undefined}`,
      ...(stacks.length > 0 && { stacks: stacks.join(',') }),
    },
  })
}

/** Sources by `dependency` are components of the manifest already, those by `deps` of other buildpacks. */
function ownComponents({ written, packaged, files }: OwnSidecars): readonly Component[] {
  const inZip = wantedSources(packaged)
  return wantedSources(written).flatMap((wanted, index) => {
    const { source } = inZip[index] ?? wanted
    return ['dependency', 'deps'].includes(wanted.source.kind)
      ? []
      : [sourceComponent(wanted, source, files, index)]
  })
}

/** With the checksum of the one file, or with a component for each of several. */
function sourceComponent(
  { owner, source, use }: WantedSource,
  inZip: WantedSource['source'],
  files: ReadonlyMap<string, string>,
  index: number,
): Component {
  const path = inZip.kind === 'path' ? inZip.path : undefined
  const found = [...files].filter(([name]) => path !== undefined && isIn(name, path))
  const [only] = found.length === 1 ? found : []
  const ref = `source:${index}:${owner}`
  return component(owner, {
    ref,
    type: use === 'jar' ? ComponentType.Library : ComponentType.Application,
    properties: { included: `${found.length > 0}`, ...(path !== undefined && { path }) },
    ...(only && { sha256: only[1] }),
    ...(source.kind === 'uri' && {
      download: describeUri(source.uri),
      downloadSha256: source.sha256,
    }),
    files: only ? [] : found.map(([name, sha256]) => fileComponent(name, sha256, `${ref}:${name}`)),
  })
}

function isIn(name: string, path: string): boolean {
  const plain = path.replace(/^\.\//, '').replace(/\/+$/, '')
  return plain === '.' || plain === '' || name === plain || name.startsWith(`${plain}/`)
}
