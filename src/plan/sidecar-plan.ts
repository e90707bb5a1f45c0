/** Describes each sidecar, agent and library, and its size in the droplet. */
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describeSource } from '../config/describe-source.ts'
import type { Configuration, Origin, Sidecar, Source } from '../config/sidecar.ts'
import { startWaits } from '../config/start-waits.ts'
import { type AppView, folderView } from '../java/app-view.ts'
import { jarPathOf } from '../java/inspect-jars.ts'
import { templateText } from '../java/java-options.ts'
import type { JvmSidecarOptions } from '../java/jvm-sidecar.ts'
import { planJarSidecar } from '../java/staged-jars.ts'
import type { ManifestSidecar } from '../manifest/app-manifest.ts'
import { toMegabytes } from '../platform/memory-size.ts'
import { attempt } from '../system/attempt.ts'
import { describeHealth, describeStarted } from './checks.ts'

export interface SidecarPlan {
  readonly name: string
  readonly processTypes: readonly string[]
  readonly memory?: number
  /** Restarted when its processes use more than `memory`. */
  readonly isGuarded?: true
  /** Absent: the source's executable with its args. */
  readonly command?: string
  readonly source?: SourcePlan
  /** For a readable jar with known memory: the options that keep its JVM inside it. */
  readonly jvm?: JvmSidecarOptions
  readonly restart: string
  /** Sidecars that it starts after and stops before, each with the condition. */
  readonly after?: readonly string[]
  /** How it is checked while it runs, and which problems the check detects. */
  readonly health?: string
  /** Its directory is on the PATH of the app's processes and tasks. */
  readonly onPath?: true
  readonly carriedBy?: string
  /** Declared by the app manifest, not by sidecars.yml. */
  readonly isOfManifest?: true
  /** `if service my-apm is bound (not met)`. */
  readonly when?: string
}

export interface SourcePlan {
  readonly kind: Source['kind']
  /** A path, a dependency with its version, a path below `deps/<i>` of another buildpack, or a URI without secrets. */
  readonly from: string
  /** Bytes that it adds to the droplet, before compression; absent: unknown until downloaded, or missing. */
  readonly bytes?: number
}

export interface InjectedPlan {
  readonly kind: 'agent' | 'library' | 'option'
  readonly source?: SourcePlan
  readonly option?: string
}

export async function sidecarPlans(
  configuration: Configuration,
  view: AppView,
  conditions: ReadonlyMap<string, string> = new Map(),
): Promise<readonly SidecarPlan[]> {
  return Promise.all(
    startWaits(configuration.sidecars).map(async ({ sidecar, after: others }) => {
      const when = conditions.get(sidecar.name)
      const after = others.map((each) => `${each.name} (${describeStarted(each)})`)
      const plan = await sidecarPlan(sidecar, view)
      return { ...plan, ...(after.length > 0 && { after }), ...(when !== undefined && { when }) }
    }),
  )
}

export function manifestSidecarPlan(sidecar: ManifestSidecar): SidecarPlan {
  const { name, processTypes, command, memory } = sidecar
  return {
    name,
    processTypes,
    command,
    restart: 'never',
    isOfManifest: true,
    ...(memory && { memory: memory.bytes }),
  }
}

export function injectedPlan({ java }: Configuration, view: AppView): readonly InjectedPlan[] {
  return [
    ...java.agents.map((each) => ({
      kind: 'agent' as const,
      source: sourcePlan(each.source, filesOf(each, view)),
    })),
    ...java.libraries.map((each) => ({
      kind: 'library' as const,
      source: sourcePlan(each.source, filesOf(each, view)),
    })),
    ...java.options.map(({ text }) => ({
      kind: 'option' as const,
      option: templateText(text).replace(/=.*$/s, '=…'),
    })),
  ]
}

async function sidecarPlan(sidecar: Sidecar, view: AppView): Promise<SidecarPlan> {
  const { name, processTypes, memory, command, source, restart, onPath, origin, health } = sidecar
  const files = filesOf(sidecar, view)
  const jvm = await jvmOf(sidecar, files)
  return {
    name,
    processTypes,
    restart: restart.policy,
    ...(memory && { memory: memory.bytes }),
    ...(sidecar.memoryGuard && { isGuarded: true as const }),
    ...(command !== undefined && { command }),
    ...(source && { source: sourcePlan(source, files) }),
    ...(jvm && { jvm }),
    ...(health && { health: describeHealth(health) }),
    ...(onPath && { onPath }),
    ...(origin.kind === 'buildpack' && { carriedBy: origin.name }),
  }
}

/** Where a path of this entry is: in the app, or in the buildpack that carries it. */
function filesOf({ origin }: { readonly origin: Origin }, app: AppView): AppView {
  return origin.kind === 'app' ? app : folderView(origin.directory)
}

async function jvmOf(sidecar: Sidecar, view: AppView): Promise<JvmSidecarOptions | undefined> {
  const { source, memory, command } = sidecar
  const path = jarPathOf(source)
  if (path === undefined || command !== undefined || !memory) return undefined
  const jar = await view.classesOf(path)
  return jar && planJarSidecar(sidecar, toMegabytes(memory), jar.classes)
}

function sourcePlan(source: Source, view: AppView): SourcePlan {
  const bytes = sizeOf(source, view)
  return { kind: source.kind, from: describeSource(source), ...(bytes !== undefined && { bytes }) }
}

/** Whether it is a path that does not exist. */
export function isMissing(source: SourcePlan | undefined): boolean {
  return source?.kind === 'path' && source.bytes === undefined
}

function sizeOf(source: Source, view: AppView): number | undefined {
  switch (source.kind) {
    case 'path':
      return view.sizeOf(source.path)
    case 'deps':
      return 0
    case 'dependency':
      return undefined
    case 'uri':
      return source.uri.startsWith('file:')
        ? attempt(() => statSync(fileURLToPath(source.uri)).size)
        : undefined
  }
}
