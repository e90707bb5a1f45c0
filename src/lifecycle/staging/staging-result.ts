/**
 * `result.json`: the result of a staging for Cloud Controller.
 * Source: https://github.com/cloudfoundry/buildpackapplifecycle, StagingResult.
 */
import type { BuildpackMetadata } from '../../platform/config-yml.ts'
import { renderGoJson } from '../../platform/go/json.ts'
import type { LaunchProcess } from '../../platform/launch-yml.ts'
import { StagingFailure } from './failure.ts'

/** The content of the file, with the platform's names. */
export interface StagingResult {
  readonly lifecycle_metadata: {
    readonly buildpack_key: string | undefined
    readonly detected_buildpack: string
    readonly buildpacks: readonly {
      readonly key: string
      readonly name: string
      readonly version: string | undefined
      readonly config: { readonly entrypoint_prefix: string | undefined } | undefined
      readonly output_metadata: ReadonlyMap<string, unknown> | undefined
    }[]
  }
  /** Start commands by type; null when the staging failed. */
  readonly process_types: ReadonlyMap<string, string> | null
  readonly processes: readonly { readonly type: string; readonly command: string }[] | undefined
  readonly sidecars:
    | readonly {
        readonly name: string
        readonly process_types: readonly string[]
        readonly command: string
        /** MiB */
        readonly memory: number | undefined
      }[]
    | undefined
  readonly execution_metadata: ''
  readonly lifecycle_type: 'buildpack'
}

/** @param processes undefined when the staging failed; the result then only lists the buildpacks */
export function stagingResult(
  buildpacks: readonly BuildpackMetadata[],
  processes: readonly LaunchProcess[] | undefined,
): StagingResult {
  const last = buildpacks.at(-1)
  const own = processes?.filter(({ sidecarFor }) => sidecarFor.length === 0)
  const sidecars = processes?.filter(({ sidecarFor }) => sidecarFor.length > 0)
  return {
    lifecycle_metadata: {
      buildpack_key: last?.key || undefined,
      detected_buildpack: last?.name ?? '',
      buildpacks: buildpacks.map(({ key, name, version, config, output_metadata }) => ({
        key,
        name,
        version: version || undefined,
        config: config && { entrypoint_prefix: config.entrypoint_prefix || undefined },
        output_metadata: output_metadata.size > 0 ? output_metadata : undefined,
      })),
    },
    process_types: own ? new Map(own.map(({ type, command }) => [type, command])) : null,
    processes: own?.length ? own.map(({ type, command }) => ({ type, command })) : undefined,
    sidecars: sidecars?.length
      ? sidecars.map(({ type, sidecarFor, command, memory }) => ({
          name: type,
          process_types: sidecarFor,
          command,
          memory: memory || undefined,
        }))
      : undefined,
    execution_metadata: '',
    lifecycle_type: 'buildpack',
  }
}

/** @throws StagingFailure when a buildpack's metadata cannot be written as JSON, as on the platform */
export function renderStagingResult(result: StagingResult): string {
  for (const { output_metadata } of result.lifecycle_metadata.buildpacks) {
    // In the order in which Go writes them: the first one decides the message.
    const entries = [...(output_metadata ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))
    refuseUnwritable(entries.map(([, value]) => value))
  }
  return `${renderGoJson(result)}\n`
}

/** `staging_info.yml`, JSON in spite of its name. */
export function renderStagingInfo(result: StagingResult): string {
  const info = {
    detected_buildpack: result.lifecycle_metadata.detected_buildpack,
    start_command: result.process_types?.get('web') ?? '',
    config: result.lifecycle_metadata.buildpacks.at(-1)?.config,
  }
  return `${renderGoJson(info)}\n`
}

/** Go's JSON has no mapping with keys of any type, no NaN and no infinity. */
function refuseUnwritable(values: readonly unknown[]): void {
  for (const value of values) {
    if (value instanceof Map)
      throw new StagingFailure('json: unsupported type: map[interface {}]interface {}')
    if (Array.isArray(value)) refuseUnwritable(value)
    if (typeof value === 'number' && !Number.isFinite(value)) {
      const name = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
      throw new StagingFailure(`json: unsupported value: ${name}`)
    }
  }
}
