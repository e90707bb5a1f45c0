/** `deps/<i>/start/<folder>`: the script that launch.yml calls for a sidecar that needs more than its command. */
import type { EnvName, ProcessType, Sidecar, SidecarName } from '../config/sidecar.ts'
import { COLLECTOR } from '../java/jvm-sidecar.ts'
import { homePath } from './droplet-paths.ts'
import { exportLines, needServices } from './environment.ts'
import { perType } from './per-type.ts'
import { type PortChain, portExpression } from './ports.ts'
import { SHELL_PARTS } from './shell-parts.ts'
import { displayName, quote, quoteTemplate } from './shell-quote.ts'
import { fillTemplate } from './shell-template.ts'
import type { StagedSidecar } from './staged-sidecar.ts'
import { afterLines, isFollowed, markFile, type OrderedSidecar, orderBlocks } from './start-order.ts'
import template from './start-script.bash'
import { hundredths, isWatched, watchBlocks, watchValues } from './watch.ts'

interface StartContext {
  /** Our deps index, as in the directory's name. */
  readonly index: string
  /** The proxy chain of each process type (`planPorts`). */
  readonly ports: ReadonlyMap<ProcessType, PortChain>
  /** The order of sidecars with `after`, and of those they list (`planOrder`). */
  readonly order?: ReadonlyMap<SidecarName, OrderedSidecar>
}

/** Other variables with the data of `VCAP_SERVICES`: hiding it hides these too. */
const SERVICES_BESIDES = ['VCAP_SERVICES_FILE_PATH', 'SERVICE_BINDING_ROOT', 'DATABASE_URL'] as EnvName[]

/** Blocks of the script of a sidecar that needs none: those for what it does not do. */
const OF_BARE_COMMAND = ['bare', 'asleep', 'once']

/**
 * Whether its command alone is not enough. (A sidecar also needs a start script if the app's process must be distinguished
 * from the sidecars': `planDroplet`.)
 */
export function needsStartScript(staged: StagedSidecar, context: StartContext): boolean {
  return Object.entries(blocksOf(staged, context)).some(
    ([name, isIncluded]) => isIncluded && !OF_BARE_COMMAND.includes(name),
  )
}

/** The whole script. It ends in `exec`, unless the sidecar requires a supervisor. */
export function renderStartScript(staged: StagedSidecar, context: StartContext): string {
  const { sidecar, deps } = staged
  const home = homeWord(staged, context.index)
  const name = displayName(sidecar)
  const order = context.order?.get(sidecar.name)
  const blocks = blocksOf(staged, context)
  return fillTemplate(template, {
    blocks,
    values: {
      name,
      home,
      depsPath: quote(deps ?? ''),
      index: context.index,
      libraryDir: quote(staged.libraryDir ?? ''),
      collector: COLLECTOR,
      ports: portLines(sidecar, context.ports).lines,
      after: afterLines(sidecar, order?.after ?? [], context.index).lines,
      mark: markFile(context.index, staged.folder),
      followers: (order?.followers ?? []).map((each) => markFile(context.index, each)).join(' '),
      stopLimit: hundredths(order?.stopLimit ?? 0),
      env: exportLines([...sidecar.env], name).join('\n'),
      workingDir: quote(sidecar.workingDir ?? ''),
      command: commandWords(staged, home, blocks.javaOptions),
      hide: hiddenNames(staged).join(' '),
      attempts: String(sidecar.restart.attempts ?? ''),
      signal: sidecar.stop?.signal ?? 'TERM',
      stopDelay: String(Math.ceil((sidecar.stop?.delay ?? 0) / 100)),
      ...watchValues(sidecar, isFollowed(order)),
    },
    includes: SHELL_PARTS,
  })
}

/** What the script contains. */
function blocksOf(staged: StagedSidecar, context: StartContext) {
  const { sidecar, start, deps } = staged
  const env = [...sidecar.env]
  const order = context.order?.get(sidecar.name)
  const supervised = isSupervised(sidecar, order)
  const waits = sidecar.proxy?.wait ?? false
  const after = afterLines(sidecar, order?.after ?? [], context.index)
  const checks = new Set((order?.after ?? []).flatMap((each) => each.sidecar.waitFor?.kind ?? []))
  return {
    proxy: sidecar.proxy !== undefined,
    types: portLines(sidecar, context.ports).differ || after.differ,
    home: hasHome(staged),
    deps: deps !== undefined,
    file: start.kind !== 'shell' && sidecar.source?.executable === undefined,
    libraries: staged.libraryDir !== undefined,
    credentials: needServices(env),
    env: env.length > 0,
    jar: start.kind === 'jar',
    javaOptions: start.kind === 'jar' && sidecar.env.has('JAVA_OPTS' as EnvName),
    collector: start.kind === 'jar' && start.jvmOptions.includes(COLLECTOR),
    workingDir: sidecar.workingDir !== undefined,
    waits,
    hide: hiddenNames(staged).length > 0,
    ownPath: hasHome(staged) && isHidden(sidecar, 'PATH'),
    ownLibraries: staged.libraryDir !== undefined && isHidden(sidecar, 'LD_LIBRARY_PATH'),
    supervised,
    bare: !supervised,
    pausing: !supervised && (waits || after.lines !== ''),
    after: after.lines !== '',
    ...orderBlocks(order),
    ...restartBlocks(sidecar),
    ...watchBlocks(sidecar),
    listens: waits || checks.has('port') || checks.has('http') || sidecar.health?.kind === 'port',
    get: checks.has('http') || sidecar.health?.kind === 'http',
    socket: checks.has('socket') || sidecar.health?.kind === 'socket',
  }
}

/** Whether the sidecar requires a supervisor. */
function isSupervised(sidecar: Sidecar, order?: OrderedSidecar): boolean {
  const { restart, stop } = sidecar
  const hasOwnStop = stop !== undefined && (stop.delay > 0 || stop.signal !== 'TERM')
  return restart.policy !== 'never' || hasOwnStop || isFollowed(order) || isWatched(sidecar)
}

function hasHome({ hasHome, deps }: StagedSidecar): boolean {
  return hasHome || deps !== undefined
}

function isHidden({ hideEnv, env }: Sidecar, name: string): boolean {
  return hideEnv.includes(name as EnvName) && !env.has(name as EnvName)
}

/** The variables to remove: those of the app, and not what the script sets for the sidecar. */
function hiddenNames(staged: StagedSidecar): readonly EnvName[] {
  const { sidecar } = staged
  const besides = sidecar.hideEnv.includes('VCAP_SERVICES' as EnvName) ? SERVICES_BESIDES : []
  const own = new Set<string>([
    ...sidecar.env.keys(),
    ...(sidecar.proxy ? ['PORT', 'APP_PORT'] : []),
    ...(hasHome(staged) ? ['SIDECAR_HOME', 'PATH'] : []),
    ...(staged.libraryDir === undefined ? [] : ['LD_LIBRARY_PATH']),
  ])
  return [...new Set([...sidecar.hideEnv, ...besides])].filter((name) => !own.has(name))
}

/** A proxy of several process types may have a different position in each chain. */
function portLines(
  { name }: Sidecar,
  chains: StartContext['ports'],
): { readonly lines: string; readonly differ: boolean } {
  const bodies = new Map<ProcessType, readonly [string]>()
  for (const [type, { proxies }] of chains) {
    const ports = proxies.get(name)
    if (!ports) continue
    const own = ports.port === undefined ? [] : [`PORT=${portExpression(ports.port)}`]
    bodies.set(type, [[...own, `APP_PORT=${portExpression(ports.appPort)}`].join(' ')])
  }
  const [line = '', ...others] = new Set([...bodies.values()].flat())
  const differ = others.length > 0
  return { lines: differ ? perType(bodies) : line, differ }
}

/** Its directory, as a shell word. */
function homeWord({ folder, deps }: StagedSidecar, index: string): string {
  return deps === undefined ? `"$__deps"/${homePath(index, folder)}` : '"$__home"'
}

function commandWords({ sidecar, start }: StagedSidecar, home: string, javaOptions: boolean): string {
  // By absolute path, because the sidecar's PATH may not have it; with the platform's arguments.
  if (start.kind === 'shell') return `/bin/bash -c ${quote(start.command)} bash`
  const file = `${home}/${quote(start.file)}`
  const args = sidecar.args.map(quoteTemplate)
  if (start.kind === 'executable') return [file, ...args].join(' ')
  const ours = start.jvmOptions.map((each) =>
    each === COLLECTOR ? '${__collector:+"$__collector"}' : quote(each),
  )
  const options = [...ours, ...(javaOptions ? ['"${__options[@]}"'] : [])]
  return ['"$__java"', ...options, '-jar', file, ...args].join(' ')
}

function restartBlocks(sidecar: Sidecar): Record<string, boolean> {
  const { restart, stop } = sidecar
  return {
    asleep: !isWatched(sidecar),
    once: restart.policy === 'never',
    restart: restart.policy !== 'never',
    onFailure: restart.policy === 'on-failure',
    attempts: restart.attempts !== undefined,
    stopDelay: stop !== undefined && stop.delay > 0,
  }
}
