/** Reads the configuration of an app: that of the app and the buildpack, merged and checked. */

import { Problems } from '../problems/problems.ts'
import type { Environment } from '../system/environment.ts'
import { appConfigText, type ConfigText, carriedConfigText } from './locate.ts'
import { type Merged, mergeLayers } from './merge.ts'
import { checkGuards } from './rules/memory.ts'
import { checkNames, checkProcessTypes } from './rules/names.ts'
import { checkOrder } from './rules/order.ts'
import { checkPorts } from './rules/ports.ts'
import type { Origin } from './sidecar.ts'
import { type SidecarsYml, sidecarsYml } from './sidecars-yml.ts'
import { isNull, type YamlNode } from './yaml/nodes.ts'
import { parseYaml } from './yaml/parse.ts'

export interface ReadOptions {
  readonly appDir: string
  /** The environment with `SIDECARS_CONFIG` and `SIDECARS_CONFIG_PATH`. */
  readonly env: Environment
  /** The buildpack that may have a configuration; absent: none. */
  readonly buildpack?: { readonly name: string; readonly directory: string }
  readonly appEntriesTaken?: boolean
}

export interface ReadConfiguration extends Merged {
  /** Which configurations exist; both false: nothing to do. */
  readonly hasOwn: boolean
  readonly hasCarried: boolean
}

/** Reports problems instead of throwing, and returns the readable part, so that later checks can report theirs. */
export function readConfiguration(options: ReadOptions, problems: Problems): ReadConfiguration {
  const { buildpack } = options
  const ofApp = new Problems()
  const appText = appConfigText(options.appDir, options.env, ofApp)
  problems.add(ofApp.sorted())
  const carriedText = buildpack && carriedConfigText(buildpack.directory, problems)
  const app = appText && readSidecarsYml(appText, problems)
  const carriedFile = carriedText && readSidecarsYml(carriedText, problems)
  const origin: Origin | undefined = buildpack && { kind: 'buildpack', ...buildpack }
  const merged = mergeLayers(
    {
      appEntriesTaken: options.appEntriesTaken ?? false,
      ...(app && { app }),
      ...(carriedFile && origin && { carried: { file: carriedFile, origin } }),
    },
    problems,
  )
  checkRules(merged, problems)
  // Also one that is named or there, but cannot be read.
  const hasOwn = appText !== undefined || ofApp.hasErrors
  return { ...merged, hasOwn, hasCarried: carriedText !== undefined }
}

/** The rules between entries that do not depend on the app. */
export function checkRules({ configuration, declaredNames }: Merged, problems: Problems): void {
  checkNames(configuration, problems)
  checkProcessTypes(configuration, problems)
  checkGuards(configuration, problems)
  checkPorts(configuration, problems)
  checkOrder(configuration, declaredNames, problems)
}

/** The readable part of a single `sidecars.yml`; undefined if nothing is readable and a problem was reported. */
export function readSidecarsYml({ file, text }: ConfigText, problems: Problems): SidecarsYml | undefined {
  const own = new Problems()
  const node = parseYaml(text, file, own)
  if (!own.hasErrors && (node === undefined || isNull(node))) {
    const start = { file, line: 1, column: 1 }
    own.error(start, 'the file is empty', 'add sidecars: with a list below it, or remove the file')
  }
  const written = node && !isOfAnotherKind(node, own) ? sidecarsYml.read(node, '', own)?.written : undefined
  if (written && node) warnAboutVariables(node, own)
  problems.add(own.sorted())
  return written
}

/** `cf push` replaces `((name))` only in the manifest. In shell commands it may be arithmetic. */
function warnAboutVariables(node: YamlNode, problems: Problems): void {
  if (node.kind === 'list') for (const each of node.items) warnAboutVariables(each, problems)
  if (node.kind === 'map')
    for (const { key, value } of node.entries)
      if (key.text !== 'command' && key.text !== 'setup') warnAboutVariables(value, problems)
  if (node.kind !== 'scalar' || !/\(\([-/.\w]+\)\)/.test(node.text)) return
  const what = '((…)) is not replaced here: cf push replaces variables only in the manifest'
  problems.warning(node.place, what, 'write the value, or use $NAME')
}

/** Reports files that are not a `sidecars.yml` at all, so that their keys are not read. */
function isOfAnotherKind(node: YamlNode, problems: Problems): boolean {
  if (isAppManifest(node)) {
    const instead = "move only the app's sidecars: block into this file"
    problems.error(node.place, 'this is an app manifest', instead)
  } else if (node.kind === 'list') {
    const what = 'the file must be a map, got a list'
    problems.error(node.place, what, 'add sidecars: on a line above the list')
  } else if (isOfOrange(node)) {
    const what = "this is the configuration of Orange's sidecars-buildpack, which uses other keys"
    problems.error(node.place, what, 'see docs/migration/from-orange-sidecars-buildpack.md')
  } else return isNull(node)
  return true
}

/** Keys of a sidecar that only https://github.com/orange-cloudfoundry/sidecars-buildpack supports. */
const ORANGE_KEYS = [
  'after_download',
  'app_profiled',
  'artifact_sha1',
  'artifact_sha256',
  'artifact_type',
  'artifact_uri',
  'executable',
  'is_rproxy',
  'no_log_prefix',
  'profiled',
  'work_dir',
]

function isOfOrange(node: YamlNode): boolean {
  const sidecars =
    node.kind === 'map' ? node.entries.find(({ key }) => key.text === 'sidecars')?.value : undefined
  return (
    sidecars?.kind === 'list' &&
    sidecars.items.some(
      (each) => each.kind === 'map' && each.entries.some(({ key }) => ORANGE_KEYS.includes(key.text)),
    )
  )
}

/** A whole manifest, or its list of applications. */
function isAppManifest(node: YamlNode): boolean {
  const hasKey = (each: YamlNode, wanted: string) =>
    each.kind === 'map' && each.entries.some(({ key }) => key.text === wanted)
  return node.kind === 'list'
    ? node.items.some((each) => hasKey(each, 'sidecars'))
    : hasKey(node, 'applications')
}
