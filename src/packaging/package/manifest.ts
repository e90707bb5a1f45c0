/** `manifest.yml` of a packaged buildpack, in libbuildpack's form. */
import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { dump, FAILSAFE_SCHEMA, load } from 'js-yaml'
import { isForStack } from '../../buildpack/manifest.ts'
import { InputError } from '../../problems/problems.ts'

/** Every scalar is a string, as written: `version: 1.10` stays 1.10. */
export type ManifestTree = { readonly [key: string]: ManifestValue }
type ManifestValue = string | readonly ManifestValue[] | ManifestTree

/** @param file as the user knows it */
export function readManifestTree(text: string, file: string): ManifestTree {
  try {
    const tree = load(text, { schema: FAILSAFE_SCHEMA })
    if (isTree(tree)) return tree
  } catch (thrown) {
    throw new InputError(`${file}: invalid YAML: ${thrown instanceof Error ? thrown.message : thrown}`)
  }
  throw new InputError(`${file}: expected a map`)
}

interface PackagedManifest {
  /** `language`. */
  readonly name: string
  /** Excludes dependencies of other stacks; absent: any stack. */
  readonly stack?: string
  /** Path in the package by URI, of the dependencies that it includes. */
  readonly cached: ReadonlyMap<string, string>
  /** Every file of the package except its dependencies. */
  readonly files: readonly string[]
}

/** The manifest in the package: the given one, completed. */
export function packagedManifest(given: ManifestTree, made: PackagedManifest): string {
  const dependencies = treesOf(given.dependencies).filter((each) => isForStack(stacksOf(each), made.stack))
  const names = new Set(dependencies.map((each) => each.name))
  const { language: _language, include_files: _files, ...others } = given
  const manifest = {
    language: made.name,
    ...(made.stack !== undefined && { stack: made.stack }),
    ...others,
    default_versions: treesOf(given.default_versions).filter((each) => names.has(each.name ?? '')),
    dependencies: dependencies.map((each) => withFile(each, made)),
    include_files: [...made.files].sort(),
  }
  return dump(manifest, { lineWidth: -1, noRefs: true })
}

/** The path that libbuildpack uses for the download of a URI. */
export function cachedPlace(uri: string): string {
  const path = URL.canParse(uri) ? new URL(uri).pathname : uri
  const name = posix.basename(path).replace(/[^\w.+-]/g, '_') || 'download'
  return `dependencies/${createHash('md5').update(uri).digest('hex')}/${name}`
}

function withFile(dependency: ManifestTree, { cached, stack }: PackagedManifest): ManifestTree {
  const file = cached.get(textOf(dependency.uri))
  const { cf_stacks: _stacks, ...others } = dependency
  return { ...(stack === undefined ? dependency : others), ...(file !== undefined && { file }) }
}

function stacksOf(dependency: ManifestTree): readonly string[] {
  return Array.isArray(dependency.cf_stacks) ? dependency.cf_stacks.map(textOf) : []
}

function treesOf(value: ManifestValue | undefined): readonly ManifestTree[] {
  return Array.isArray(value) ? value.filter(isTree) : []
}

function textOf(value: ManifestValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

function isTree(value: unknown): value is ManifestTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
