/** Chooses running instances for `ps`, `ssh`, `logs`, `stop` and `restart`: by app, process type and index. */
import { tmpdir } from 'node:os'
import type { Command } from 'commander'
import { type RunRecord, readRecords, recordsFolder } from '../diego/records.ts'
import { quote } from '../droplet/shell-quote.ts'
import { InputError } from '../problems/problems.ts'
import { visibleLine } from '../problems/visible.ts'
import type { CommandLine } from './command-line.ts'
import { countOption } from './options.ts'

export interface InstanceChoice {
  readonly process?: string
  readonly index?: number
}

/** Adds the argument and the options for the choice, named like those of `cf ssh`. */
export function addChoice(command: Command, all: string, app = 'the only running app'): Command {
  return command
    .argument('[app]', `name of the app; default: ${app}`)
    .option('--process <type>', `process type; default: ${all}`)
    .option('-i, --index <n>', `index of the instance; default: ${all}`, countOption)
}

/**
 * @returns the instances of one app, which may have several runs
 * @throws InputError when no instance matches, or instances of several apps
 */
export function chooseInstances(
  app: string | undefined,
  choice: InstanceChoice,
  line: CommandLine,
): readonly [RunRecord, ...RunRecord[]] {
  const { ofApp, listed } = runningInstances(app, line)
  if (new Set(ofApp.map((each) => each.app)).size > 1)
    throw new InputError(`Several apps are running: ${listed}. Pass the name of one of them`)
  return matching(ofApp, choice, listed)
}

/** @throws InputError when no instance matches */
export function matching(
  ofApp: readonly RunRecord[],
  { process, index }: InstanceChoice,
  listed: string,
): readonly [RunRecord, ...RunRecord[]] {
  const [first, ...others] = ofApp
    .filter((each) => process === undefined || each.processType === process)
    .filter((each) => index === undefined || each.index === index)
    .sort((a, b) => rank(a) - rank(b) || a.index - b.index)
  if (!first) {
    if (process !== undefined) refuseSidecar(process, ofApp)
    const options = [
      process === undefined ? [] : `--process ${process}`,
      index === undefined ? [] : `-i ${index}`,
    ]
    throw new InputError(`No instance matches ${options.flat().join(' ')}. Running: ${listed}`)
  }
  return [first, ...others]
}

/**
 * @returns the instances of the app (absent: of all), and the names of all instances
 * @throws InputError when none of them runs
 */
export function runningInstances(
  app: string | undefined,
  line: CommandLine,
): { readonly ofApp: readonly RunRecord[]; readonly listed: string } {
  const all = allInstances(line)
  if (all.length === 0) throw new InputError('No app is running. Start one with sidecar-buildpack run')
  const listed = all.map(instanceName).join(', ')
  const ofApp = all.filter((each) => app === undefined || each.app === app)
  if (ofApp.length === 0) {
    refuseSidecar(app, all)
    throw new InputError(`App ${app} is not running. Running: ${listed}`)
  }
  return { ofApp, listed }
}

/** @throws InputError when it is the name of a sidecar, which the platform cannot restart or stop alone either */
function refuseSidecar(name: string | undefined, instances: readonly RunRecord[]): void {
  const found = instances.find(({ instance }) =>
    instance?.processes.some((each) => each.kind === 'sidecar' && each.name === name),
  )
  if (!found) return
  const { app, processType, index } = found
  throw new InputError(
    `${name} is a sidecar of ${instanceName(found)} and starts and stops with this instance. Pass the instance: ${quote(app)} --process ${processType} -i ${index}`,
  )
}

export function allInstances({ env }: CommandLine): readonly RunRecord[] {
  return readRecords(recordsFolder(env, tmpdir()))
}

/** One instance of each run. */
export function runsOf(instances: readonly RunRecord[]): readonly RunRecord[] {
  return [...new Map(instances.map((each) => [each.control, each])).values()]
}

/** The current record of the same instance; undefined when its run has ended it. */
export function instanceNow(before: RunRecord, line: CommandLine): RunRecord | undefined {
  const { runner, processType, index } = before
  return allInstances(line).find(
    (each) => each.runner.pid === runner.pid && each.processType === processType && each.index === index,
  )
}

/** Interval of reading the records, milliseconds. */
export const LOOK_INTERVAL = 50

export function instanceName({ app, processType, index }: RunRecord): string {
  return visibleLine(`${app} (${processType}/${index})`)
}

/** `web` is the default process of the platform's commands. */
function rank({ processType }: RunRecord): number {
  return processType === 'web' ? 0 : 1
}
