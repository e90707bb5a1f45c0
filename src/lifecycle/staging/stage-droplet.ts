/**
 * Stages an app into a droplet as the platform's `builder` does.
 * Source: https://github.com/cloudfoundry/buildpackapplifecycle, command builder; its two faults with the index of a
 * buildpack are kept, since what depends on them has to be seen here, not there first.
 */
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type BuildpackMetadata, CONFIG_YML, readConfigYml } from '../../droplet/config-yml.ts'
import { LAUNCH_YML, type LaunchProcess, readLaunchYml } from '../../droplet/launch-yml.ts'
import { PROCFILE, readProcfile } from '../../droplet/procfile.ts'
import { readRelease } from '../../droplet/release.ts'
import { STAGING_INFO_FILE } from '../../droplet/staging-info.ts'
import { databaseUrl } from '../database-url.ts'
import { describePathError, describeSystemError } from '../go/system-error.ts'
import { checkPlatformOptions } from '../platform-options.ts'
import { packCache, packDroplet } from './archive.ts'
import { type Buildpack, buildpackRoot, hasScript } from './buildpack.ts'
import * as failure from './failure.ts'
import { StagingFailure, within } from './failure.ts'
import { mergeProcesses, processesOf } from './processes.ts'
import { readScript, runScript, type ScriptContext, type Sink } from './script.ts'
import { makeStagingFolders, type StagingFolders } from './staging-folders.ts'
import {
  renderStagingInfo,
  renderStagingResult,
  type StagingResult,
  stagingResult,
} from './staging-result.ts'

export interface StagingOptions {
  /** The app's files; the buildpacks change them. On the platform `/tmp/app`. */
  readonly buildDir: string
  /** In the order of the manifest, the last is the final one. */
  readonly buildpacks: readonly [Buildpack, ...Buildpack[]]
  /** No buildpack was named: the first whose `bin/detect` says yes stages the app alone. */
  readonly detect?: boolean
  /** The whole environment of the scripts (staging-env.ts). */
  readonly env: Readonly<Record<string, string>>
  /** Kept between stagings; what is in it of other buildpacks is removed. */
  readonly cacheDir: string
  /** Where the droplet, `result.json` and the archive of the cache are written. */
  readonly output: { readonly droplet: string; readonly result: string; readonly cache?: string }
  /** Where the contents folder is made for the time of the staging; absent: the system's folder for such. */
  readonly workDir?: string
  readonly stdout: Sink
  readonly stderr: Sink
}

export interface StagingOutcome {
  /** As the platform's builder ends: 0, 1, 3, 4, 222, 223, 224, 225. */
  readonly exit: number
  /** As written; undefined when none was. */
  readonly result: StagingResult | undefined
}

/** Never throws for what the app or a buildpack does wrong: the outcome tells it, and the reason goes to `stderr`. */
export async function stageDroplet(options: StagingOptions): Promise<StagingOutcome> {
  const say = (text: string) => options.stderr(Buffer.from(text))
  const refusal = checkPlatformOptions(options.env)
  if (refusal) {
    say(refusal.message)
    return { exit: refusal.kind === 'invalid' ? 3 : 4, result: undefined }
  }
  const url = databaseUrl(options.env.VCAP_SERVICES)
  const env = url ? { ...options.env, DATABASE_URL: url } : options.env
  const supplies = options.detect ? [] : options.buildpacks.slice(0, -1)
  for (const file of [options.output.droplet, options.output.result])
    await mkdir(dirname(file), { recursive: true })
  const folders = await makeStagingFolders(options.cacheDir, supplies, options.workDir ?? tmpdir())
  const staging = new Staging({ ...options, env }, supplies, folders)
  try {
    await staging.run()
    return { exit: 0, result: staging.result }
  } catch (thrown) {
    if (!(thrown instanceof StagingFailure)) throw thrown
    say(`${thrown.message}\n`)
    return { exit: thrown.exit, result: staging.result }
  } finally {
    await rm(folders.contents, { recursive: true, force: true })
  }
}

/** What stages the app: a named list's last buildpack, or the detected one. */
interface Final {
  readonly root: string
  /** Whom the result tells of, in the order of their deps folders. */
  readonly told: readonly Buildpack[]
  /** What `bin/detect` printed. */
  readonly detected: string
}

class Staging {
  readonly #options: StagingOptions
  readonly #supplies: readonly Buildpack[]
  readonly #folders: StagingFolders
  readonly #context: ScriptContext
  result: StagingResult | undefined

  constructor(options: StagingOptions, supplies: readonly Buildpack[], folders: StagingFolders) {
    this.#options = options
    this.#supplies = supplies
    this.#folders = folders
    this.#context = { env: options.env, cwd: dirname(options.buildDir), stderr: options.stderr }
  }

  async run(): Promise<void> {
    const { buildDir, cacheDir, output, stderr, detect } = this.#options
    const final = await (detect ? this.#detect() : this.#supply())
    try {
      await this.#build(final)
    } catch (thrown) {
      if (thrown instanceof StagingFailure) await this.#tellBuildpacks(final)
      throw thrown
    }
    await packDroplet(this.#folders, buildDir, output.droplet, stderr)
    if (output.cache) await packCache(cacheDir, output.cache)
  }

  /** Runs the supply buildpacks, all of which must have a `bin/supply` before the first is run. */
  async #supply(): Promise<Final> {
    for (const each of this.#supplies) {
      const root = await this.#supplyRoot(each)
      if (!(await within(failure.SUPPLY_FAILED, () => hasScript(root, 'supply')))) {
        throw new StagingFailure(failure.NO_SUPPLY)
      }
    }
    for (const [index, each] of this.#supplies.entries()) {
      const root = await this.#supplyRoot(each)
      await this.#script(failure.SUPPLY_FAILED, root, 'supply', this.#folders.supplyCache(each), [
        this.#folders.deps,
        this.#folders.depsIndex(index),
      ])
    }
    const { buildpacks } = this.#options
    const last = buildpacks[this.#supplies.length] ?? buildpacks[0]
    const root = await within(failure.SUPPLY_FAILED, () => buildpackRoot(last))
    return { root, told: buildpacks, detected: '' }
  }

  /** A supply buildpack's folder; what is wrong with it is told at once, and again as the reason of the failure. */
  async #supplyRoot(buildpack: Buildpack): Promise<string> {
    return within(failure.SUPPLY_FAILED, async () => {
      try {
        return await buildpackRoot(buildpack)
      } catch (thrown) {
        this.#warn((thrown as Error).message)
        throw thrown
      }
    })
  }

  async #detect(): Promise<Final> {
    for (const each of this.#options.buildpacks) {
      try {
        const root = await buildpackRoot(each)
        const script = join(root, 'bin', 'detect')
        await this.#checkDetect(script)
        const { output, failure } = await readScript(script, [this.#options.buildDir], this.#context)
        if (!failure) return { root, told: [each], detected: output.toString().replace(/[\r\n]+$/, '') }
      } catch (thrown) {
        if (!(thrown instanceof StagingFailure)) throw thrown
        this.#warn(thrown.message)
      }
    }
    throw new StagingFailure(failure.DETECT_FAILED)
  }

  async #checkDetect(script: string): Promise<void> {
    const { mode } = await stat(script).catch((thrown: NodeJS.ErrnoException) => {
      throw new StagingFailure(`stat ${script}: ${describeSystemError(thrown)}`)
    })
    if ((mode & 0o111) !== 0o111) {
      this.#options.stdout(Buffer.from("WARNING: buildpack script '/bin/detect' is not executable\n"))
    }
  }

  async #build(final: Final): Promise<void> {
    await within(failure.COMPILE_FAILED, () => this.#finalize(final))
    const processes = await this.#processes(final)
    if (!processes.findLast(({ type, sidecarFor }) => type === 'web' && sidecarFor.length === 0)?.command) {
      this.#warn('No start command specified by buildpack or via Procfile.')
      this.#warn('App will not start unless a command is provided at runtime.')
    }
    const [first, ...others] = await this.#metadata(final)
    const named = first && final.detected && !first.name ? { ...first, name: final.detected } : first
    const result = stagingResult(named ? [named, ...others] : others, processes)
    await writeFile(join(this.#folders.contents, STAGING_INFO_FILE), renderStagingInfo(result), {
      mode: 0o644,
    })
    await this.#writeResult(result)
  }

  async #finalize({ root }: Final): Promise<void> {
    const { deps, depsIndex, finalCache, profile } = this.#folders
    const index = depsIndex(this.#supplies.length)
    if (await within(failure.FINALIZE_FAILED, () => hasScript(root, 'finalize'))) {
      if (await within(failure.SUPPLY_FAILED, () => hasScript(root, 'supply'))) {
        await this.#script(failure.SUPPLY_FAILED, root, 'supply', finalCache, [deps, index])
      }
      await this.#script(failure.FINALIZE_FAILED, root, 'finalize', finalCache, [deps, index, profile])
      return
    }
    if (this.#supplies.length > 0) this.#warn(failure.NO_FINALIZE_WARNING)
    await rm(join(deps, index), { recursive: true, force: true })
    await this.#script(failure.COMPILE_FAILED, root, 'compile', finalCache, [])
  }

  /** Of each supply buildpack, then of the final one (its `launch.yml`, else its release), then of the Procfile. */
  async #processes({ root }: Final): Promise<readonly LaunchProcess[]> {
    let processes: readonly LaunchProcess[] = []
    for (const index of this.#supplies.keys()) {
      processes = mergeProcesses(processes, (await this.#launchYml(index)) ?? [])
    }
    // Counted from all buildpacks, also when one of them was detected: its folder is 0 all the same.
    const own = await this.#launchYml(this.#options.buildpacks.length - 1)
    const final = own ?? (await within(failure.RELEASE_FAILED, () => this.#release(root)))
    return mergeProcesses(mergeProcesses(processes, final), await this.#procfile())
  }

  /** Looked for under the bare index, also where the deps folders are padded; undefined when it is not there. */
  async #launchYml(index: number): Promise<readonly LaunchProcess[] | undefined> {
    const path = join(this.#folders.deps, String(index), LAUNCH_YML)
    const isThere = await stat(path).catch(() => undefined)
    if (!isThere) return undefined
    const { value, error } = readLaunchYml(await readFile(path).catch(asFailure(path)))
    if (error) throw new StagingFailure(error.message)
    return value
  }

  async #release(root: string): Promise<readonly LaunchProcess[]> {
    const script = join(root, 'bin', 'release')
    const { output, failure } = await readScript(script, [this.#options.buildDir], this.#context)
    if (failure) throw new StagingFailure(failure)
    const { value, error } = readRelease(output)
    if (error) throw new StagingFailure("buildpack's release output invalid", error.message)
    return processesOf(value)
  }

  async #procfile(): Promise<readonly LaunchProcess[]> {
    const sentence = 'Failed to read command from Procfile'
    const path = join(this.#options.buildDir, PROCFILE)
    const text = await readFile(path).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT') return undefined
      throw new StagingFailure(sentence, describePathError(thrown, path))
    })
    if (text === undefined) return []
    const { processes, problems } = readProcfile(text)
    if (problems.length > 0) throw new StagingFailure(sentence, 'invalid YAML')
    return processesOf(processes)
  }

  /** Names and versions out of each `config.yml`, as far as it can be read. */
  async #metadata({ told }: Final): Promise<readonly BuildpackMetadata[]> {
    return Promise.all(
      told.map(async ({ name }, index) => {
        const path = join(this.#folders.deps, this.#folders.depsIndex(index), CONFIG_YML)
        const text = await readFile(path).catch(() => '')
        return readConfigYml(text, name)
      }),
    )
  }

  /** A build that fails still tells which buildpacks it was. */
  async #tellBuildpacks(final: Final): Promise<void> {
    const result = stagingResult(await this.#metadata(final), undefined)
    await this.#writeResult(result).catch((thrown: unknown) => {
      if (!(thrown instanceof StagingFailure)) throw thrown
    })
  }

  async #writeResult(result: StagingResult): Promise<void> {
    const file = this.#options.output.result
    this.result = undefined
    await writeFile(file, '')
    await writeFile(file, renderStagingResult(result))
    this.result = result
  }

  async #script(
    sentence: string,
    root: string,
    name: string,
    cache: string,
    further: readonly string[],
  ): Promise<void> {
    const { buildDir, stdout } = this.#options
    const failed = await runScript(
      join(root, 'bin', name),
      [buildDir, cache, ...further],
      stdout,
      this.#context,
    )
    if (failed) throw new StagingFailure(sentence, failed)
  }

  #warn(line: string): void {
    this.#options.stderr(Buffer.from(`${line}\n`))
  }
}

const asFailure = (path: string) => (thrown: NodeJS.ErrnoException) => {
  throw new StagingFailure(describePathError(thrown, path))
}
