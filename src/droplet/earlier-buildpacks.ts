/** The output of earlier buildpacks in the deps directory. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  CONFIG_YML,
  OUR_CARRIED,
  OUR_CLASSES,
  OUR_MARK,
  OUR_PROXIES,
  readConfigYml,
  readOwnList,
} from '../platform/config-yml.ts'
import { earlierFolders } from '../platform/deps-folder.ts'
import { LAUNCH_YML, type LaunchProcess, readLaunchYml } from '../platform/launch-yml.ts'
import { readForeignFileIfThere } from '../system/foreign-file.ts'
import { START } from './droplet-paths.ts'
import { type PortUse, readPortUses } from './port-uses.ts'
import { numbersIn } from './ports.ts'

export interface EarlierBuildpack {
  readonly index: string
  /** Its name in config.yml, else `number <index>`. */
  readonly name: string
  /** Whether it is a copy of this buildpack, which has added the app's sidecars already. */
  readonly isOurs: boolean
  /** Process types with one of its proxies; known only for copies of this buildpack. */
  readonly proxied: readonly string[]
  /** Its sidecars, including disabled ones; known only for copies of this buildpack. */
  readonly carried: readonly string[]
  readonly processes: readonly LaunchProcess[]
  /** The ports of its sidecars; known only for copies of this buildpack. */
  readonly ports: readonly PortUse[]
  /** The number of classes that it adds to the app's JVM; known only for copies of this buildpack. */
  readonly addedClasses: number
  /** Every number in what it wrote for the start of its sidecars, any of which may be a port. */
  readonly numbers: ReadonlySet<number>
}

/**
 * In the order of the manifest. An invalid launch.yml counts as empty: the platform will report it.
 * @throws InputError if it is not a file
 * @param index this buildpack's
 */
export function earlierBuildpacks(depsDir: string, index: string): readonly EarlierBuildpack[] {
  return earlierFolders(depsDir, index).map((name) => readEarlier(join(depsDir, name), name))
}

function readEarlier(folder: string, index: string): EarlierBuildpack {
  const config = textOf(join(folder, CONFIG_YML))
  const launch = textOf(join(folder, LAUNCH_YML))
  const isOurs = new RegExp(`^ {2}"?${OUR_MARK}"?:`, 'm').test(config)
  return {
    index,
    name: readConfigYml(config, index).name || `number ${Number(index)}`,
    isOurs,
    proxied: readOwnList(config, OUR_PROXIES),
    carried: readOwnList(config, OUR_CARRIED),
    processes: readLaunchYml(launch).value,
    ports: readPortUses(config),
    addedClasses: Number(readOwnList(config, OUR_CLASSES)[0] ?? 0),
    numbers: numbersIn([config, launch, ...(isOurs ? startScripts(folder) : [])].join('\n')),
  }
}

function startScripts(folder: string): readonly string[] {
  const start = join(folder, START)
  return existsSync(start) ? readdirSync(start).map((name) => textOf(join(start, name))) : []
}

function textOf(file: string): string {
  return readForeignFileIfThere(file)?.toString() ?? ''
}
