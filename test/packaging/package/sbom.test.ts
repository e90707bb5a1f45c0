import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Version } from '@cyclonedx/cyclonedx-library/Spec'
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation'
import { beforeEach, describe, expect, it } from 'vitest'
import { ownFolder } from '../../../src/buildpack/own-folder.ts'
import { PINNED_NODE } from '../../../src/packaging/package/node-runtime.ts'
import { type PackageRequest, packageBuildpack } from '../../../src/packaging/package/package-buildpack.ts'
import { sbomText } from '../../../src/packaging/package/sbom.ts'
import { temporaryFolder } from '../../support/files.ts'
import { linuxNode } from '../../support/linux-node.ts'
import { entriesOf, packageRequest, putFile } from './package-files.ts'

interface SbomComponent {
  readonly name: string
  readonly type: string
  readonly version?: string
  readonly purl?: string
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[]
  readonly licenses?: readonly { readonly license?: { readonly id: string }; readonly expression?: string }[]
  readonly properties?: readonly { readonly name: string; readonly value: string }[]
  readonly externalReferences?: readonly { readonly url: string }[]
  readonly components?: readonly SbomComponent[]
}

interface Sbom {
  readonly metadata: { readonly component: SbomComponent & { readonly 'bom-ref': string } }
  readonly components: readonly SbomComponent[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[]
}

const sum = (text: string | Buffer) => createHash('sha256').update(text).digest('hex')
const sha256 = (content: string) => [{ alg: 'SHA-256', content }]
const archive = 'an archive'
const script = '#!/bin/sh\necho fetched\n'

let temp: string
let uri: string

beforeEach(() => {
  temp = temporaryFolder()
  uri = pathToFileURL(put('downloads/fetched.sh', script)).href
  put('acme/agent.sh', '#!/bin/sh\necho agent\n')
  put('acme/tool/run', '#!/bin/sh\n')
  put('acme/tool/data', 'data')
  put(
    'acme/sidecars.yml',
    `sidecars:
  - {name: agent, source: {path: agent.sh}}
  - {name: tool, source: {path: tool, executable: run}}
  - {name: fetched, source: {uri: "${uri}", sha256: ${sum(script)}}}
  - {name: collector, source: {dependency: otelcol, version: 1.x}}
`,
  )
  put(
    'acme/manifest.yml',
    `dependencies:
  - name: otelcol
    version: 1.10.0
    uri: ${pathToFileURL(put('downloads/otelcol.tgz', archive)).href}
    sha256: ${sum(archive)}
    cf_stacks: [cflinuxfs4]
`,
  )
})

const put = (name: string, content: string | Buffer) => putFile(temp, name, content)

async function packaged(changes: Partial<PackageRequest> = {}): Promise<string> {
  const { file } = await packageBuildpack({
    ...packageRequest(temp),
    version: '1.2.3',
    node: put('node', linuxNode()),
    ...changes,
  })
  return (await entriesOf(file)).get('sbom.cdx.json')?.bytes.toString() ?? ''
}

const parse = (text: string): Sbom => JSON.parse(text)
const named = (name: string, { components }: { readonly components?: readonly SbomComponent[] }) =>
  components?.find((each) => each.name === name)

function ofProject(): string {
  return sbomText({
    root: ownFolder(),
    identity: { id: 'sidecar-buildpack', name: 'Sidecar Buildpack', version: '0.0.0' },
    node: { binary: '', isPinned: true, sha256: PINNED_NODE.sha256 },
    dependencies: [],
    cached: false,
  })
}

describe('the SBOM of this buildpack', () => {
  it('is valid CycloneDX 1.6', async () => {
    expect(await new JsonStrictValidator(Version.v1dot6).validate(ofProject())).toBeNull()
  })

  it('lists the pinned Node.js with its checksum and the name that vulnerability databases use', () => {
    expect(named('node', parse(ofProject()))).toMatchObject({
      version: PINNED_NODE.version,
      hashes: sha256(PINNED_NODE.sha256),
      purl: `pkg:generic/node@${PINNED_NODE.version}`,
      cpe: `cpe:2.3:a:nodejs:node.js:${PINNED_NODE.version}:*:*:*:*:*:*:*`,
    })
  })

  it('lists every npm package of third-party-licences.txt, with licence and the checksum of package-lock.json', () => {
    const sbom = parse(ofProject())
    const npm = sbom.components.filter(({ purl }) => purl?.startsWith('pkg:npm/'))
    const licences = readFileSync(join(ownFolder(), 'dist/third-party-licences.txt'), 'utf8')
    const titles = [...licences.matchAll(/^-{80}\n\n(\S+ \S+) \((.*)\)$/gm)].map(
      ([, name, id]) => `${name} ${id}`,
    )
    expect(titles.length).toBeGreaterThan(10)
    const licenceOf = ({ licenses }: SbomComponent) => licenses?.[0]?.license?.id ?? licenses?.[0]?.expression
    expect(npm.map((each) => `${each.name} ${each.version} ${licenceOf(each)}`).sort()).toEqual(titles.sort())
    const lock: { packages: Record<string, { version: string; integrity: string }> } = JSON.parse(
      readFileSync(join(ownFolder(), 'package-lock.json'), 'utf8'),
    )
    const integrityOf = (name: string, version: string | undefined) =>
      Object.entries(lock.packages).find(
        ([path, each]) => path.endsWith(`node_modules/${name}`) && each.version === version,
      )?.[1].integrity ?? ''
    for (const { name, version, hashes } of npm) {
      const integrity = integrityOf(name, version)
      const content = Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex')
      expect(hashes).toEqual([{ alg: 'SHA-512', content }])
    }
  })

  it('says that the buildpack depends on Node.js and on each npm package', () => {
    const { metadata, components, dependencies } = parse(ofProject())
    expect(metadata.component).toMatchObject({
      name: 'sidecar-buildpack',
      licenses: [{ license: { id: 'Apache-2.0' } }],
    })
    const of = dependencies.find(({ ref }) => ref === metadata.component['bom-ref'])
    expect(of?.dependsOn).toHaveLength(components.length)
  })
})

describe('the SBOM of a buildpack of one’s own', () => {
  it('is valid CycloneDX 1.6, cached or not', async () => {
    const validator = new JsonStrictValidator(Version.v1dot6)
    expect(await validator.validate(await packaged())).toBeNull()
    expect(await validator.validate(await packaged({ cached: true, stack: 'cflinuxfs4' }))).toBeNull()
  })

  it('names the buildpack and lists this project as a part of it', async () => {
    const sbom = parse(await packaged())
    expect(sbom.metadata.component).toMatchObject({ name: 'acme-buildpack', version: '1.2.3' })
    expect(named('sidecar-buildpack', sbom)).toMatchObject({ licenses: [{ license: { id: 'Apache-2.0' } }] })
    expect(named('archiver', sbom)).toBeDefined()
  })

  it('has the checksum of each sidecar, file by file where it has several', async () => {
    const sbom = parse(await packaged())
    expect(named('agent', sbom)).toMatchObject({ hashes: sha256(sum('#!/bin/sh\necho agent\n')) })
    const tool = named('tool', sbom)
    expect(tool?.components?.map(({ type, name, hashes }) => ({ type, name, hashes }))).toEqual([
      { type: 'file', name: 'tool/data', hashes: sha256(sum('data')) },
      { type: 'file', name: 'tool/run', hashes: sha256(sum('#!/bin/sh\n')) },
    ])
  })

  it('says where a download comes from, and whether the zip contains it', async () => {
    const included = (sbom: Sbom, name: string) =>
      named(name, sbom)?.properties?.find((each) => each.name === 'sidecar-buildpack:included')?.value
    const plain = parse(await packaged())
    expect(named('otelcol', plain)).toMatchObject({ version: '1.10.0', hashes: sha256(sum(archive)) })
    expect(named('fetched', plain)).toMatchObject({
      externalReferences: [{ type: 'distribution', hashes: sha256(sum(script)) }],
    })
    expect([included(plain, 'otelcol'), included(plain, 'fetched')]).toEqual(['false', 'false'])
    const cached = parse(await packaged({ cached: true, stack: 'cflinuxfs4' }))
    expect([included(cached, 'otelcol'), included(cached, 'fetched')]).toEqual(['true', 'true'])
    expect(named('fetched', cached)).toMatchObject({ hashes: sha256(sum(script)) })
  })

  it('has no credentials of a URI', async () => {
    put(
      'acme/sidecars.yml',
      `sidecars: [{name: a, source: {uri: "https://user:secret@host.test/a?token=hidden", sha256: ${sum('')}}}]\n`,
    )
    const text = await packaged()
    expect(named('a', parse(text))?.externalReferences?.[0]?.url).toBe('https://host.test/a')
    expect(text).not.toMatch(/secret|hidden/)
  })

  it('gives an unknown Node.js no version', async () => {
    const node = named('node', parse(await packaged()))
    expect(node).toMatchObject({ hashes: sha256(sum(linuxNode())) })
    expect(node?.version).toBeUndefined()
  })

  it('is written beside the zip as well, with --sbom', async () => {
    const sbom = join(temp, 'acme.cdx.json')
    expect(await packaged({ sbom })).toBe(readFileSync(sbom, 'utf8'))
    await expect(packaged({ sbom: join(temp, 'nowhere/x') })).rejects.toThrow('--sbom: directory')
    const own = join(temp, 'acme/sidecars.yml')
    await expect(packaged({ sbom: own })).rejects.toThrow('is not a CycloneDX SBOM')
  })
})
