/**
 * `buildpack`, `buildpacks`, `stack`, `docker` and `lifecycle` of an app manifest.
 * Source: Cloud Controller's app_manifest_message.rb, buildpack_lifecycle_data_message.rb, manifest_buildpack_message.rb.
 */
import type { Attributes } from './attributes.ts'
import { describeKind, isBlank } from './values.ts'

/** How the app is built; only `buildpack` runs Cloud Foundry buildpacks. */
export type Lifecycle = 'buildpack' | 'docker' | 'cnb'

const MOST_CHARACTERS = 4096

export function readLifecycle(app: Attributes): Lifecycle {
  const lifecycle = app.text('lifecycle')
  if (lifecycle === 'cnb' || lifecycle === 'buildpack') return lifecycle
  return app.has('docker') ? 'docker' : 'buildpack'
}

/** In order; empty if there are none: the platform then detects the buildpack. */
export function readBuildpacks(app: Attributes): readonly string[] {
  if (app.has('buildpack') && app.has('buildpacks'))
    app.error('buildpacks', 'buildpack and buildpacks cannot be used together', 'remove buildpack')
  if (app.has('docker') && (app.has('buildpack') || app.has('buildpacks')))
    app.error('docker', 'docker and buildpacks cannot be used together', 'remove one of them')
  return app.has('buildpacks') ? readList(app) : readSingle(app)
}

function readList(app: Attributes): readonly string[] {
  const list = app.get('buildpacks')
  if (!list || list.kind === 'null') return []
  if (list.kind !== 'list') {
    app.expected('buildpacks', 'a list', list.kind === 'string' ? `use [${list.value}]` : undefined)
    return []
  }
  return list.items.flatMap((each) => {
    if (each.kind === 'string' && !isBlank(each) && [...each.value].length <= MOST_CHARACTERS)
      return each.value
    const what = each.kind === 'string' ? 'an empty or very long name' : describeKind(each)
    app.problems.error(each.place, `buildpacks: expected names, got ${what}`)
    return []
  })
}

function readSingle(app: Attributes): readonly string[] {
  const value = app.get('buildpack')
  if (!value || value.kind === 'null') return []
  if (value.kind !== 'string') {
    app.expected('buildpack', 'a string')
    return []
  }
  const length = [...value.value].length
  if (length < 1 || length > MOST_CHARACTERS) {
    app.error('buildpack', `expected 1 to ${MOST_CHARACTERS} characters, got ${length}`)
    return []
  }
  return value.value === 'default' || value.value === 'null' ? [] : [value.value]
}

export function readStack(app: Attributes): string | undefined {
  const value = app.get('stack')
  if (!value || value.kind === 'null') return undefined
  if (readLifecycle(app) === 'docker') return app.text('stack')
  if (value.kind !== 'string') return app.expected('stack', 'a string', 'put quotes around it')
  const length = [...value.value].length
  if (length < 1 || length > MOST_CHARACTERS)
    return app.error('stack', `expected 1 to ${MOST_CHARACTERS} characters, got ${length}`)
  return value.value
}

/** Only `lifecycle: cnb` uses them, but their form is always checked. */
export function checkCnbCredentials(app: Attributes): void {
  const value = app.get('cnb_credentials')
  if (!value || value.kind === 'null' || readLifecycle(app) === 'docker') return
  const isValid = value.kind === 'map' && value.entries.every((each) => each.value.kind === 'map')
  if (!isValid) app.expected('cnb_credentials', 'a map of maps')
}
