/** Stores the files of `uri` and `dependency` sources in a directory, and replaces the sources by paths. */
import { join } from 'node:path'
import type { Origin, Source } from '../../config/sidecar.ts'
import type { SidecarsYml } from '../../config/sidecars-yml.ts'
import { parseYaml } from '../../config/yaml/parse.ts'
import { safeFolderName } from '../../droplet/folder-names.ts'
import type { Problems } from '../../problems/problems.ts'
import { type CheckedSource, checkSource, placeSource, type SourceContext } from '../../sources/index.ts'
import { rewriteSources } from './rewrite-sources.ts'
import { type SourceSite, sourceSites } from './source-sites.ts'
import { type WantedSource, wantedSources } from './wanted-sources.ts'

/** Relative to the root of the app, or of the buildpack. */
export const VENDOR_FOLDER = 'vendor/sidecars'

export interface VendorableFile {
  /** As messages name it. */
  readonly file: string
  readonly text: string
  /** The parsed text. */
  readonly config: SidecarsYml
  readonly origin: Origin
}

/** A source that has become a path. */
export interface Vendored {
  readonly owner: string
  readonly source: Source
  readonly path: string
  /** The directory below `VENDOR_FOLDER`. */
  readonly folder: string
  /** Without credentials; absent: a path. */
  readonly cameFrom?: string
  readonly bytes: number
  readonly files: number
}

interface VendoredFile {
  readonly text: string
  readonly vendored: readonly Vendored[]
}

interface VendorOptions {
  readonly context: SourceContext
  /** Gets a directory for each source; created if there is a source. */
  readonly into: string
  /** Names of directories that are in use already. */
  readonly taken?: readonly string[]
  readonly kinds?: readonly Source['kind'][]
  /** Whether comments name the origin of each source. Not in a package, because a `file:` URI may be private. */
  readonly notes?: boolean
}

/** Problems are reported before anything is fetched. @throws InputError, or Error with a message for the user */
export async function vendorSources(
  { file, text, config, origin }: VendorableFile,
  { context, into, taken = [], kinds = ['uri', 'dependency'], notes = false }: VendorOptions,
  problems: Problems,
): Promise<VendoredFile> {
  const document = parseYaml(text, file, problems)
  const wanted = byPlace(wantedSources(config).filter(({ source }) => kinds.includes(source.kind)))
  const sites = document ? sourceSites(document) : []
  const checked = await checkAll(sites, wanted, { context, origin }, problems)
  problems.throwIfErrors()
  const vendored = await placeAll(checked, into, new Set(taken.map((each) => each.toLowerCase())))
  const rewritten = new Map(
    [...vendored].map(([site, { path, cameFrom }]) => [
      site,
      { path, ...(notes && cameFrom !== undefined && { cameFrom }) },
    ]),
  )
  return {
    text: document && rewritten.size > 0 ? rewriteSources(text, file, document, rewritten) : text,
    vendored: [...vendored.values()],
  }
}

/** One request for each source; the first one if several share it. */
function byPlace(wanted: readonly WantedSource[]): ReadonlyMap<string, WantedSource> {
  return new Map(wanted.toReversed().map((each) => [placeKey(each.source.place), each]))
}

/** Identifies a source by its place. */
function placeKey({ line, column }: { readonly line: number; readonly column: number }): string {
  return `${line}:${column}`
}

async function checkAll(
  sites: readonly SourceSite[],
  wanted: ReadonlyMap<string, WantedSource>,
  { context, origin }: { readonly context: SourceContext; readonly origin: Origin },
  problems: Problems,
): Promise<ReadonlyMap<SourceSite, CheckedSource>> {
  const checked = new Map<SourceSite, CheckedSource>()
  for (const site of sites) {
    const [first] = site.maps.flatMap(({ place }) => wanted.get(placeKey(place)) ?? [])
    const one = first && (await checkSource({ ...first, origin }, context, problems))
    if (one) checked.set(site, one)
  }
  return checked
}

async function placeAll(
  checked: ReadonlyMap<SourceSite, CheckedSource>,
  into: string,
  taken: Set<string>,
): Promise<ReadonlyMap<SourceSite, Vendored>> {
  const vendored = new Map<SourceSite, Vendored>()
  for (const [site, each] of checked) {
    const folder = uniqueFolder(each.request.owner, taken)
    const { files, bytes } = await placeSource(each, join(into, folder))
    const hasExecutableKey = site.maps.some(({ entries }) =>
      entries.some(({ key }) => key.text === 'executable'),
    )
    const [only] = files
    // The path of a single file includes its name, if that needs no quotes.
    const isPlainFile = files.length === 1 && only !== undefined && /^[\w.+-]+$/.test(only)
    const path = `${VENDOR_FOLDER}/${folder}${isPlainFile && !hasExecutableKey ? `/${only}` : ''}`
    const { cameFrom, request } = each
    const { owner, source } = request
    vendored.set(site, {
      owner,
      source,
      path,
      folder,
      bytes,
      files: files.length,
      ...(cameFrom !== undefined && { cameFrom }),
    })
  }
  return vendored
}

/** Unique regardless of case: the app may be pushed from a case-insensitive file system. */
function uniqueFolder(name: string, taken: Set<string>): string {
  const safe = safeFolderName(name)
  for (let n = 1; ; n++) {
    const folder = n === 1 ? safe : `${safe}-${n}`
    if (taken.has(folder.toLowerCase())) continue
    taken.add(folder.toLowerCase())
    return folder
  }
}
