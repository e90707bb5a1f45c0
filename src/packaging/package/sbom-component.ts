/** A component of an SBOM, from plain values. */
import { ComponentType, ExternalReferenceType, HashAlgorithm } from '@cyclonedx/cyclonedx-library/Enums'
import {
  Component,
  ExternalReference,
  HashDictionary,
  LicenseExpression,
  Property,
  SpdxLicense,
} from '@cyclonedx/cyclonedx-library/Models'
import { fixupSpdxId } from '@cyclonedx/cyclonedx-library/SPDX'
import { PackageURL } from 'packageurl-js'

interface ComponentFacts {
  /** Unique in the SBOM. */
  readonly ref: string
  /** Default: application. */
  readonly type?: ComponentType
  readonly version?: string
  /** An SPDX identifier or expression. */
  readonly license?: string
  readonly purl?: string
  readonly cpe?: NonNullable<Component['cpe']>
  /** Hex digits. */
  readonly sha256?: string
  readonly sha512?: string
  /** Where it comes from, without credentials. */
  readonly download?: string
  /** Of what is there. */
  readonly downloadSha256?: string
  /** In the namespace of this project. */
  readonly properties?: Readonly<Record<string, string>>
  readonly files?: readonly Component[]
}

export function component(name: string, facts: ComponentFacts): Component {
  const { ref, type = ComponentType.Application, version, license, purl, cpe, sha256, sha512 } = facts
  const made = new Component(type, name, {
    bomRef: ref,
    ...(version !== undefined && { version }),
    ...(purl !== undefined && { purl }),
    ...(cpe && { cpe }),
    hashes: new HashDictionary([
      ...(sha256 ? [[HashAlgorithm['SHA-256'], sha256] as const] : []),
      ...(sha512 ? [[HashAlgorithm['SHA-512'], sha512] as const] : []),
    ]),
  })
  if (license !== undefined) {
    const id = fixupSpdxId(license)
    made.licenses.add(id ? new SpdxLicense(id) : new LicenseExpression(license))
  }
  for (const [key, value] of Object.entries(facts.properties ?? {})) {
    made.properties.add(new Property(`sidecar-buildpack:${key}`, value))
  }
  if (facts.download !== undefined) made.externalReferences.add(distribution(facts.download, facts))
  for (const each of facts.files ?? []) made.components.add(each)
  return made
}

export function fileComponent(path: string, sha256: string, ref: string): Component {
  return component(path, { ref, type: ComponentType.File, sha256 })
}

/** @param name with its scope: `@iarna/toml` */
export function npmPurl(name: string, version: string): string {
  const [scope, plain] = name.startsWith('@') ? name.split('/') : [undefined, name]
  return new PackageURL('npm', scope, plain ?? name, version).toString()
}

export function genericPurl(name: string, version: string): string {
  return new PackageURL('generic', undefined, name, version).toString()
}

function distribution(url: string, { downloadSha256 }: ComponentFacts): ExternalReference {
  const hashes = new HashDictionary(
    downloadSha256 === undefined ? [] : [[HashAlgorithm['SHA-256'], downloadSha256]],
  )
  return new ExternalReference(url, ExternalReferenceType.Distribution, { hashes })
}
