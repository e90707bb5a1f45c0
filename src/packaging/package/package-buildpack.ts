/** `package`: gathers and checks everything for a buildpack's zip, then writes it. */
import { closeSync, mkdirSync, realpathSync, type Stats, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { BUILT_IDENTITY, builtIdentityText } from '../../buildpack/built-identity.ts'
import { type Identity, identityText } from '../../buildpack/identity.ts'
import { readSidecarsYml } from '../../config/read.ts'
import { describeSystemError } from '../../platform/go/system-error.ts'
import { describeMemory } from '../../platform/memory-size.ts'
import { InputError, type Problem, Problems } from '../../problems/problems.ts'
import { attempt } from '../../system/attempt.ts'
import { describeBytes } from '../../system/byte-size.ts'
import type { Environment } from '../../system/environment.ts'
import { kindName } from '../../system/foreign-file.ts'
import { type OutputContent, refuseOtherContent } from '../../system/output-file.ts'
import { withTemporaryFolder } from '../../system/temporary-folder.ts'
import { VENDOR_FOLDER, vendorSources } from '../vendor/vendor-sources.ts'
import type { PackagingSources } from './carried-configuration.ts'
import { carriedFiles } from './carried-files.ts'
import { codeCaches } from './code-caches.ts'
import { type Cached, carry } from './dependencies-of-package.ts'
import { type Gathered, gather, refuseClashes } from './gather.ts'
import { fileNameOf, short } from './identity-of-package.ts'
import { isPackage } from './is-package.ts'
import { packagedManifest } from './manifest.ts'
import { type NodeRuntime, obtainNode } from './node-runtime.ts'
import { ownFiles, RUNTIME_FILE, RUNTIME_LICENCE } from './own-files.ts'
import { SBOM_FILE, type SbomInput, sbomText } from './sbom.ts'
import {
  contentSum,
  type PackagedFile,
  packagedBytes,
  packagedFile,
  type WrittenZip,
  wholeOf,
  writeZip,
} from './zip-file.ts'

export interface PackageRequest {
  /** The directory of this buildpack, compiled. */
  readonly root: string
  /** The directory of your own buildpack; absent: this project itself. */
  readonly sidecars?: string
  readonly name?: string
  readonly version?: string
  readonly stack?: string
  /** Whether the zip includes the dependencies. */
  readonly cached: boolean
  readonly node?: string
  readonly from?: string
  /** A file, or a directory for a file with the usual name. */
  readonly out: string
  /** A file for the SBOM, in addition to the one in the zip. */
  readonly sbom?: string
  /** Bytes. */
  readonly maxSize?: number
  /** The directory for downloads. */
  readonly keep: string
  readonly env: Environment
  readonly say: (line: string) => void
  /** For dependencies, and for the sources of `sidecars.yml`. */
  readonly sources: PackagingSources
}

export interface Packaged extends WrittenZip {
  readonly file: string
  readonly identity: Identity
  readonly node: NodeRuntime
  readonly dependencies: readonly string[]
  readonly warnings: readonly Problem[]
}

/** @throws InputError with every problem; then nothing is written */
export async function packageBuildpack(request: PackageRequest): Promise<Packaged> {
  const problems = new Problems()
  const found = await gather(request, problems)
  problems.throwIfErrors()
  const file = outFile(request, found.identity)
  if (request.sbom !== undefined) checkSbom(request.sbom, file)
  refuseInput(file, found)
  const gathered = withoutResults(found, [file, ...(request.sbom === undefined ? [] : [request.sbom])])
  const own = ownFiles(request.root, { withPapers: request.sidecars === undefined })
  refuseClashes(own, gathered.carried)

  const cached: Cached = new Map()
  const dependencies = request.cached ? gathered.dependencies : []
  try {
    return await withTemporaryFolder('package-', async (scratch) => {
      const node = await obtainNode(request, scratch)
      await carry(dependencies, { ...request, folder: request.sidecars ?? request.root }, cached)
      const complete = request.cached ? await withVendored(gathered, request, scratch, problems) : gathered
      const caches = await codeCaches(request.root, node.binary, scratch)
      const sbom = sbomText(sbomInput(request, gathered, complete, node))
      const entries = allEntries([...own, ...caches], complete, { node, sbom }, cached, request)
      const written = await writeZip(entries, file, {
        onEntry: (name, bytes) => request.say(`Packing ${name} (${describeBytes(bytes)})`),
        accept: (whole) => refuseTooLarge(whole, request.maxSize),
      })
      if (request.sbom !== undefined) writeSbom(request.sbom, sbom)
      return {
        ...written,
        file,
        identity: gathered.identity,
        node,
        dependencies: dependencies.map(({ name, version }) => `${name} ${version}`),
        warnings: problems.sorted(),
      }
    })
  } finally {
    for (const { descriptor } of cached.values()) closeSync(descriptor)
  }
}

/** @throws InputError when the zip would replace a file of the maker */
function refuseInput(zip: string, { carried }: Gathered): void {
  const place = placeOf(zip)
  if (carried.some(({ content }) => 'file' in content && content.file === place) && !isPackage(zip))
    throw new InputError(`-o: ${zip} is a file of the buildpack; use another file`)
}

/**
 * Without the zip and the SBOM of an earlier run in the maker's directory, and without a part of the zip of a killed one:
 * the same directory gives the same zip.
 */
function withoutResults(gathered: Gathered, results: readonly string[]): Gathered {
  const paths = new Set(results.map(placeOf))
  const isKept = ({ content }: PackagedFile) => !('file' in content && paths.has(wholeOf(content.file)))
  return { ...gathered, carried: gathered.carried.filter(isKept) }
}

/** The path of a file in an existing directory, without links to the directory. */
function placeOf(file: string): string {
  return join(realpathSync(dirname(file)), basename(file))
}

/** Downloads the sources of `sidecars.yml` with a URI into the package. */
async function withVendored(
  gathered: Gathered,
  { sources, sidecars }: PackageRequest,
  scratch: string,
  problems: Problems,
): Promise<Gathered> {
  const { configuration, carried } = gathered
  if (!configuration || sidecars === undefined) return gathered
  const into = join(scratch, 'vendored')
  mkdirSync(into)
  const context = { ...sources, appDir: sidecars, buildpackDir: sidecars }
  const taken = carried.map(({ name }) => name.split('/')).flatMap(([, , folder]) => folder ?? [])
  const { text } = await vendorSources(configuration, { context, into, taken, kinds: ['uri'] }, problems)
  const files = carriedFiles(into, problems).map((each) => ({
    ...each,
    name: `${VENDOR_FOLDER}/${each.name}`,
  }))
  problems.throwIfErrors()
  return { ...gathered, configuration: { ...configuration, text }, carried: [...carried, ...files] }
}

/** @param gathered as the maker wrote it @param complete with what was downloaded */
function sbomInput(
  { root, cached }: PackageRequest,
  gathered: Gathered,
  complete: Gathered,
  node: NodeRuntime,
): SbomInput {
  const { identity, dependencies, configuration } = gathered
  const written = configuration?.config
  const packaged = complete.configuration && readSidecarsYml(complete.configuration, new Problems())
  const files = new Map(complete.carried.map(({ name, content }) => [name, contentSum(content)]))
  return {
    root,
    identity,
    node,
    dependencies,
    cached,
    ...(written && packaged && { own: { written, packaged, files } }),
  }
}

function allEntries(
  own: readonly PackagedFile[],
  { identity, carried, configuration, manifest }: Gathered,
  { node, sbom }: { readonly node: NodeRuntime; readonly sbom: string },
  cached: Cached,
  { stack }: PackageRequest,
): readonly PackagedFile[] {
  const entries = [
    ...own,
    ...carried,
    packagedFile(RUNTIME_FILE, node.binary, true),
    ...(node.licence ? [packagedFile(RUNTIME_LICENCE, node.licence)] : []),
    packagedBytes('VERSION', identity.version),
    packagedBytes('buildpack.toml', identityText(identity)),
    packagedBytes(BUILT_IDENTITY, builtIdentityText(identity)),
    packagedBytes(SBOM_FILE, sbom),
    ...(configuration ? [packagedBytes('config/sidecars.yml', configuration.text)] : []),
  ]
  const made = {
    name: short(identity.id),
    ...(stack !== undefined && { stack }),
    cached: new Map([...cached].map(([place, { uri }]) => [uri, place])),
    files: [...entries.map(({ name }) => name), 'manifest.yml'],
  }
  return [
    ...entries,
    packagedBytes('manifest.yml', packagedManifest(manifest, made)),
    ...[...cached].map(([name, { descriptor }]) => ({ name, executable: false, content: { descriptor } })),
  ]
}

/** @throws InputError when nothing can be written there, before anything is fetched */
function outFile({ out, cached, stack }: PackageRequest, identity: Identity): string {
  const isFolder = statIfThere(out)?.isDirectory() === true
  const name = fileNameOf(identity, { cached, ...(stack && { stack }) })
  const file = isFolder || out.endsWith(sep) ? join(out, name) : resolve(out)
  checkPlace('-o', file, 'a zip archive')
  return file
}

/** @throws InputError when the SBOM cannot be written there, or would replace the zip */
function checkSbom(sbom: string, zip: string): void {
  checkPlace('--sbom', sbom, 'a CycloneDX SBOM')
  if (placeOf(sbom) === placeOf(zip)) throw new InputError(`--sbom: ${sbom} is the zip; use another file`)
}

function writeSbom(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (thrown) {
    throw new InputError(`--sbom: cannot write ${file}: ${describeSystemError(thrown as Error)}`)
  }
}

/** @throws InputError when a file cannot be written there */
function checkPlace(option: string, file: string, content: OutputContent): void {
  if (statIfThere(dirname(file))?.isDirectory() !== true) {
    throw new InputError(`${option}: directory ${dirname(file)} not found; create it first`)
  }
  const present = statIfThere(file)
  if (present && !present.isFile())
    throw new InputError(`${option}: ${file} is ${kindName(present)}, expected a file`)
  refuseOtherContent(option, file, content)
}

function statIfThere(path: string): Stats | undefined {
  return attempt(() => statSync(path))
}

function refuseTooLarge({ bytes }: WrittenZip, maxSize: number | undefined): void {
  if (maxSize === undefined || bytes <= maxSize) return
  throw new InputError(
    `the zip has ${describeBytes(bytes)}, which exceeds --max-size ${describeMemory({ bytes: maxSize })}`,
  )
}
