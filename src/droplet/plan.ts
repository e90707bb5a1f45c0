/** Plans the output of staging: start scripts, the profile.d script, and the entries of launch.yml. */

import type { ProcessType, Sidecar } from '../config/sidecar.ts'
import type { StagedJava } from '../java/injection.ts'
import type { LaunchProcess } from '../platform/launch-yml.ts'
import { megabytes, toMegabytes } from '../platform/memory-size.ts'
import { attachedTo, reservedBytes } from '../platform/process-memory.ts'
import credentialsProgram from './credentials.pl'
import { credentialsPath, homePath, profilePaths, startCommand, startPath } from './droplet-paths.ts'
import { needServices } from './environment.ts'
import { planPorts } from './ports.ts'
import { type AppPlan, affectsAppProcess, type ProfilePlan, renderProfileScript } from './profile-script.ts'
import { quote } from './shell-quote.ts'
import type { StagedSidecar } from './staged-sidecar.ts'
import { planOrder } from './start-order.ts'
import { needsStartScript, renderStartScript } from './start-script.ts'

export interface DropletContext {
  readonly staged: readonly StagedSidecar[]
  /** Our deps index, as in the directory's name (`0`, or `00` with ten or more buildpacks). */
  readonly index: string
  /** Sidecars in the launch.yml of earlier buildpacks, including ours. */
  readonly otherSidecars: readonly LaunchProcess[]
  /** Numbers that may be ports of these sidecars. */
  readonly takenPorts?: ReadonlySet<number>
  /** Whether an earlier buildpack has our profile.d script, which may distinguish the app from sidecars. */
  readonly earlierAffectsApp: boolean
  readonly java?: StagedJava
}

/** A file of the droplet; `path` is relative to its deps directory, `mode` as in chmod. */
interface DropletFile {
  readonly path: string
  readonly mode: number
  readonly text: string
}

export interface DropletPlan {
  readonly files: readonly DropletFile[]
  /** Entries of launch.yml, one for each sidecar. */
  readonly launch: readonly LaunchProcess[]
}

export function planDroplet(context: DropletContext): DropletPlan {
  const { staged, index } = context
  if (staged.length === 0 && !context.java) return { files: [], launch: [] }
  const sidecars = staged.map(({ sidecar }) => sidecar)
  const ports = planPorts({ sidecars }, context.takenPorts)
  const script = { index, ports, order: planOrder(staged) }
  const profile = profilePlan(context, sidecars, ports)
  const isToldApart = context.earlierAffectsApp || affectsAppProcess(profile)
  const files: DropletFile[] = []
  const launch: LaunchProcess[] = []
  for (const each of staged) {
    const { folder, start } = each
    const scripted = isToldApart || needsStartScript(each, script)
    if (scripted)
      files.push({
        path: startPath(index, folder),
        mode: 0o755,
        text: renderStartScript(each, script),
      })
    const command = !scripted && start.kind === 'shell' ? start.command : startCommand(index, folder)
    launch.push(launchEntry(each.sidecar, command))
  }
  const lookUp = sidecars.some(({ env, appEnv }) => needServices([...env, ...appEnv]))
  if (lookUp) files.push({ path: credentialsPath(index), mode: 0o644, text: credentialsProgram })
  const text = renderProfileScript(profile)
  files.push(...profilePaths(index).map((path) => ({ path, mode: 0o644, text })))
  return { files, launch }
}

function profilePlan(
  { staged, index, otherSidecars, java }: DropletContext,
  sidecars: readonly Sidecar[],
  ports: ReturnType<typeof planPorts>,
): ProfilePlan {
  const types = [
    ...sidecars.flatMap((each) => each.processTypes),
    ...otherSidecars.flatMap((each) => each.sidecarFor),
  ]
  const apps = new Map<ProcessType, AppPlan>()
  for (const type of new Set(types as ProcessType[])) {
    const own = attachedTo(type, sidecars)
    const others = otherSidecars.filter((each) => each.sidecarFor.includes(type))
    const port = ports.get(type)?.appPort
    apps.set(type, {
      memory: { bytes: memoryOf(own, others) },
      sidecars: own,
      ...(port !== undefined && { port }),
    })
  }
  const otherCommands = [...new Set(otherSidecars.map(({ command }) => command))].filter(
    (each) => each !== '',
  )
  const onPath = staged.flatMap((each) => pathWords(each, index))
  return { index, apps, otherCommands, onPath, ...(java && { java }) }
}

/** The directory, and the one below it with the executable, as shell words. */
function pathWords(
  { sidecar, folder, deps, executableDir }: StagedSidecar,
  index: string,
): readonly string[] {
  if (!sidecar.onPath) return []
  const home =
    deps === undefined ? `"$DEPS_DIR"/${homePath(index, folder)}` : `"$DEPS_DIR"/[0-9]*/${quote(deps)}`
  return executableDir === undefined ? [home] : [home, `${home}/${quote(executableDir)}`]
}

function memoryOf(own: readonly Sidecar[], others: readonly LaunchProcess[]): number {
  return reservedBytes([...own, ...others.map(({ memory }) => ({ memory: megabytes(memory) }))])
}

function launchEntry({ name, memory, processTypes }: Sidecar, command: string): LaunchProcess {
  return { type: name, command, sidecarFor: processTypes, memory: memory ? toMegabytes(memory) : 0 }
}
