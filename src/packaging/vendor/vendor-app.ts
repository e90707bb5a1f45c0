/** `vendor`: what an app's `sidecars.yml` names by `uri` or `dependency`, put into the app. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { appConfigText } from '../../config/locate.ts'
import { InputError, type Problem, Problems } from '../../config/problems.ts'
import { readSidecarsYml } from '../../config/read.ts'
import type { Origin, Source } from '../../config/sidecar.ts'
import type { SidecarsYml } from '../../config/sidecars-yml.ts'
import { parseYaml } from '../../config/yaml/parse.ts'
import {
  type CheckedSource,
  checkSource,
  placeSource,
  type SourceContext,
  type SourceUse,
} from '../../sources/index.ts'
import { rewriteSources } from './rewrite-sources.ts'
import { type SourceSite, sourceSites } from './source-sites.ts'

/** Relative to the app root. */
export const VENDOR_FOLDER = 'vendor/sidecars'

export interface VendorRequest {
  /** The folder of the app; its files and its `sidecars.yml` are changed. */
  readonly appDir: string
  readonly sources: Omit<SourceContext, 'appDir'>
}

/** A source that has become a path. */
export interface Vendored {
  readonly owner: string
  readonly source: Source
  readonly path: string
  readonly bytes: number
  readonly files: number
}

export interface VendorResult {
  /** The configuration file, relative to the app root. */
  readonly file: string
  readonly vendored: readonly Vendored[]
  readonly warnings: readonly Problem[]
}

/** Who wants a source, and what for. */
interface Wanted {
  readonly owner: string
  readonly source: Source
  readonly use: SourceUse
}

const APP: Origin = { kind: 'app' }

/** @throws InputError when something is wrong; then nothing of the app has changed */
export async function vendorApp({ appDir, sources }: VendorRequest): Promise<VendorResult> {
  if (!statSync(appDir, { throwIfNoEntry: false })?.isDirectory()) {
    throw new InputError(`${appDir} is no folder; vendor works on the folder that is pushed`)
  }
  const problems = new Problems()
  const { file, text, config } = readOwn(appDir, problems)
  const document = parseYaml(text, file, problems)
  const vendorable = document ? sourceSites(document) : []
  const scratch = await mkdtemp(join(appDir, '.vendor-'))
  try {
    const context = { ...sources, appDir }
    const checked = await checkAll(vendorable, wantedSources(config), context, problems)
    problems.throwIfErrors()
    const vendored = await placeAll(checked, scratch)
    if (document && vendored.size > 0) {
      const paths = new Map([...vendored].map(([site, { path }]) => [site, path]))
      const rewritten = rewriteSources(text, file, document, paths)
      for (const each of vendored.values()) moveIntoPlace(scratch, appDir, folderOf(each.path))
      replaceFile(join(appDir, file), rewritten, scratch)
    }
    return { file, vendored: [...vendored.values()], warnings: problems.sorted() }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** The text as it is in the file: offsets into it count. */
function readOwn(appDir: string, problems: Problems): { file: string; text: string; config: SidecarsYml } {
  const found = appConfigText(appDir, {}, problems)
  const config = found && readSidecarsYml(found, problems)
  problems.throwIfErrors()
  if (!found || !config) throw new InputError(`${appDir} has no sidecars.yml; there is nothing to vendor`)
  return { ...found, config }
}

/** By the place of each source. */
function wantedSources(config: SidecarsYml): ReadonlyMap<string, Wanted> {
  const wanted: Wanted[] = [
    ...(config.sidecars ?? []).flatMap(({ name, source, command }) =>
      source
        ? [
            {
              owner: name?.value ?? 'sidecar',
              source,
              use: command ? ('command' as const) : ('run' as const),
            },
          ]
        : [],
    ),
    ...[...(config.java?.agents ?? []), ...(config.java?.libraries ?? [])].map(({ source }) => ({
      owner: jarName(source),
      source,
      use: 'file' as const,
    })),
  ]
  const byPlace = new Map<string, Wanted>()
  for (const each of wanted) {
    const key = placeKey(each.source.place)
    if (!byPlace.has(key)) byPlace.set(key, each)
  }
  return byPlace
}

function jarName(source: Source): string {
  if (source.kind === 'dependency') return source.dependency
  const path = source.kind === 'path' ? source.path : new URL(source.uri).pathname
  return (
    path
      .split('/')
      .at(-1)
      ?.replace(/\.jar$/i, '') || 'library'
  )
}

async function checkAll(
  sites: readonly SourceSite[],
  wanted: ReadonlyMap<string, Wanted>,
  context: SourceContext,
  problems: Problems,
): Promise<ReadonlyMap<SourceSite, CheckedSource>> {
  const checked = new Map<SourceSite, CheckedSource>()
  for (const site of sites) {
    const [first] = site.maps.flatMap(({ place }) => wanted.get(placeKey(place)) ?? [])
    const one = first && (await checkSource({ ...first, origin: APP }, context, problems))
    if (one) checked.set(site, one)
  }
  return checked
}

async function placeAll(
  checked: ReadonlyMap<SourceSite, CheckedSource>,
  scratch: string,
): Promise<ReadonlyMap<SourceSite, Vendored>> {
  const vendored = new Map<SourceSite, Vendored>()
  const taken = new Set<string>()
  for (const [site, each] of checked) {
    const folder = uniqueFolder(each.request.owner, taken)
    const { files, bytes } = await placeSource(each, join(scratch, folder))
    const hasExecutableKey = site.maps.some(({ entries }) =>
      entries.some(({ key }) => key.text === 'executable'),
    )
    const [only] = files
    // A single file by its own name reads best, and its plain name needs no quotes.
    const isPlainFile = files.length === 1 && only !== undefined && /^[\w.+-]+$/.test(only)
    const path = `${VENDOR_FOLDER}/${folder}${isPlainFile && !hasExecutableKey ? `/${only}` : ''}`
    const { owner, source } = each.request
    vendored.set(site, { owner, source, path, bytes, files: files.length })
  }
  return vendored
}

/** A safe folder name, by capitals too: the app may be pushed from a file system that does not tell them apart. */
function uniqueFolder(name: string, taken: Set<string>): string {
  const safe =
    name
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[-.]+|[-.]+$/g, '')
      .slice(0, 100) || 'sidecar'
  for (let n = 1; ; n++) {
    const folder = n === 1 ? safe : `${safe}-${n}`
    if (taken.has(folder.toLowerCase())) continue
    taken.add(folder.toLowerCase())
    return folder
  }
}

function folderOf(path: string): string {
  return path.slice(VENDOR_FOLDER.length + 1).split('/')[0] ?? ''
}

/** What an earlier run put there is replaced. */
function moveIntoPlace(scratch: string, appDir: string, folder: string): void {
  const target = join(appDir, VENDOR_FOLDER, folder)
  mkdirSync(join(appDir, VENDOR_FOLDER), { recursive: true })
  rmSync(target, { recursive: true, force: true })
  renameSync(join(scratch, folder), target)
}

/** By rename; a byte order mark and the mode are kept. */
function replaceFile(path: string, text: string, scratch: string): void {
  const mark = readFileSync(path).subarray(0, 3).equals(Buffer.from('\ufeff')) ? '\ufeff' : ''
  const unfinished = join(scratch, '.sidecars.yml')
  writeFileSync(unfinished, mark + text, { mode: statSync(path).mode & 0o777 })
  if (existsSync(path)) renameSync(unfinished, path)
}

function placeKey({ line, column }: { readonly line: number; readonly column: number }): string {
  return `${line}:${column}`
}
