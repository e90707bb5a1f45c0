import type { AppView } from '../java/app-view.ts'
import type { JavaBuildpack } from '../java/calculators/calculator.ts'
import type { Log } from '../log/log.ts'
import type { Environment } from '../system/environment.ts'

/** The input of an inspection, of an app that is staged or only checked. */
export interface InspectContext {
  /** The app's files, as they are pushed. */
  readonly buildDir: string
  /** The environment of staging: `CF_STACK`, `MEMORY_LIMIT`, `VCAP_SERVICES`, the app's own variables. */
  readonly env: Environment
  /** The unpacked buildpack, whose own configuration applies. */
  readonly buildpackDir: string
  readonly buildpackName: string
  readonly log: Log
  readonly clock: () => Date
  /** The cache of downloads; absent: no cache. */
  readonly cacheDir?: string
  /** The output of earlier buildpacks; absent: this is not a staging. */
  readonly depsDir?: string
  /** A name, not a number: zero-padded when there are ten buildpacks or more. */
  readonly index?: string
  /** Treats every `when` as true, because services and environment are unknown. */
  readonly assumesConditions?: boolean
  /** Process types that the app manifest declares, which staging does not see. */
  readonly manifestTypes?: readonly string[]
  /** The app's files for recognising its kind; absent: those in `buildDir`. Called only if it may be a Java app. */
  readonly appView?: () => AppView
  /** Names or URLs of the buildpacks that stage the app, in order; absent: those unpacked beside this one. */
  readonly buildpacks?: readonly string[]
  /** The Java buildpack that stages the app; absent: the one unpacked beside this buildpack, if any. */
  readonly javaBuildpack?: JavaBuildpack
}
