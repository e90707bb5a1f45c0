/** `deps/<i>/profile.d/sidecar-buildpack.sh`: sourced before the app and before each sidecar starts. */

import type { ProcessType, Sidecar } from '../config/sidecar.ts'
import { METASPACE_BASE, METASPACE_PER_CLASS } from '../java/calculators/regions.ts'
import type { StagedJava } from '../java/injection.ts'
import type { MemorySize } from '../platform/memory-size.ts'
import { readinessWords } from './check-words.ts'
import { PROFILE_SCRIPT, START_COMMANDS } from './droplet-paths.ts'
import { exportOnceLines, needServices } from './environment.ts'
import { hasOptions, hasVariables, javaLines } from './java-on-app.ts'
import { perType } from './per-type.ts'
import { type PlannedPort, portExpression } from './ports.ts'
import template from './profile-script.bash'
import { SHELL_PARTS } from './shell-parts.ts'
import { displayName, quote } from './shell-quote.ts'
import { fillTemplate } from './shell-template.ts'

/** The effects of the sidecars of one process type on its app process. */
export interface AppPlan {
  /** Memory of all sidecars of this type so far, including those of earlier buildpacks. */
  readonly memory: MemorySize
  /** Where the app listens behind its proxies. */
  readonly port?: PlannedPort
  /** In file order. */
  readonly sidecars: readonly Sidecar[]
}

export interface ProfilePlan {
  /** Our deps index, as in the directory's name. */
  readonly index: string
  /** By process type; not for tasks. */
  readonly apps: ReadonlyMap<ProcessType, AppPlan>
  /** Directories for the end of PATH in the app's processes and tasks, as shell words. */
  readonly onPath: readonly string[]
  /** Start commands of the sidecars of other buildpacks. */
  readonly otherCommands: readonly string[]
  /** For the app's processes and tasks. */
  readonly java?: StagedJava
}

/** Whether something is only for the app's processes, so that they must be distinguished from the sidecars'. */
export function affectsAppProcess({
  apps,
  onPath,
  java,
}: Pick<ProfilePlan, 'apps' | 'onPath' | 'java'>): boolean {
  return (
    java !== undefined || onPath.length > 0 || [...apps.values()].some((each) => appParts(each).some(Boolean))
  )
}

/** The whole script. It has no effect on the sidecars' processes. */
export function renderProfileScript(plan: ProfilePlan): string {
  const memory = forTypes(plan, reserveLines)
  const ports = forTypes(plan, portLines)
  const appEnv = forTypes(plan, appEnvLines)
  const waits = forTypes(plan, waitLines)
  const apps = [...plan.apps.values()].flatMap(({ sidecars }) => sidecars)
  const readiness = new Set(apps.flatMap(({ waitFor }) => (waitFor ? [waitFor.kind] : [])))
  const blocks = {
    app: affectsAppProcess(plan),
    others: plan.otherCommands.length > 0,
    types: memory.size + ports.size + appEnv.size + waits.size > 0,
    memory: memory.size > 0,
    ports: ports.size > 0,
    appEnv: appEnv.size > 0,
    waits: waits.size > 0,
    path: plan.onPath.length > 0,
    deps: plan.onPath.some((each) => each.includes('*')),
    java: plan.java !== undefined,
    javaOptions: plan.java !== undefined && hasOptions(plan.java),
    javaWord: plan.java !== undefined && hasVariables(plan.java),
    metaspace: Boolean(plan.java?.addedClasses),
    credentials: needServices(apps.flatMap((each) => [...each.appEnv])),
    listens: readiness.has('port') || readiness.has('http'),
    http: readiness.has('http'),
    socket: readiness.has('socket'),
  }
  const text = fillTemplate(template, {
    blocks,
    values: {
      index: plan.index,
      startCommands: START_COMMANDS,
      script: PROFILE_SCRIPT,
      others: plan.otherCommands.map(quote).join(' | '),
      memory: perType(memory),
      ports: perType(ports),
      appEnv: perType(appEnv),
      waits: perType(waits),
      path: plan.onPath.join(' '),
      java: plan.java ? javaLines(plan.java).join('\n') : '',
      functions: FUNCTIONS,
      perClass: String(METASPACE_PER_CLASS),
      base: String(METASPACE_BASE),
    },
    includes: SHELL_PARTS,
  })
  const functions = [...text.matchAll(/^(__sidecar_\w+)\(\)/gm)].map(([, name]) => name)
  return text.replace(new RegExp(`${FUNCTIONS}\n$`), `${functions.join(' ')}\n`)
}

/** The last word of the script, which becomes the names of its functions. */
const FUNCTIONS = '@functions@'

function forTypes(
  { apps }: ProfilePlan,
  lines: (app: AppPlan) => readonly string[],
): ReadonlyMap<ProcessType, readonly string[]> {
  return new Map(
    [...apps].map(([type, app]) => [type, lines(app)] as const).filter(([, each]) => each.length > 0),
  )
}

function appParts(app: AppPlan): readonly boolean[] {
  return [reserveLines, portLines, appEnvLines, waitLines].map((lines) => lines(app).length > 0)
}

function reserveLines({ memory }: AppPlan): readonly string[] {
  return memory.bytes > 0 ? [`__sidecar_reserve_memory ${memory.bytes}`] : []
}

/** Sets the app's port in all places: `PORT`, `VCAP_APP_PORT`, `VCAP_APPLICATION`. */
function portLines({ port }: AppPlan): readonly string[] {
  return port === undefined ? [] : [`__sidecar_app_port ${portExpression(port)}`]
}

function appEnvLines({ sidecars }: AppPlan): readonly string[] {
  return sidecars.flatMap((each) => exportOnceLines([...each.appEnv], displayName(each)))
}

function waitLines({ sidecars }: AppPlan): readonly string[] {
  return sidecars.flatMap((each) => {
    if (!each.waitFor) return []
    const [what, check] = readinessWords(each.waitFor)
    return [`__sidecar_wait ${displayName(each)} ${what} ${each.waitFor.timeout} ${check}`]
  })
}
