import type { AppView } from '../java/app-view.ts'
import type { JavaBuildpack } from '../java/calculators/calculator.ts'
import type { Log } from '../log/log.ts'

/** What an inspection needs of the world: an app that is staged, or one that is only looked at. */
export interface InspectContext {
  /** The app's files, as they are pushed. */
  readonly buildDir: string
  /** The environment of staging: `CF_STACK`, `MEMORY_LIMIT`, `VCAP_SERVICES`, the app's own variables. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The unpacked buildpack, whose own configuration counts. */
  readonly buildpackDir: string
  readonly buildpackName: string
  readonly log: Log
  readonly clock: () => Date
  /** Where downloads are kept; absent: nothing is kept. */
  readonly cacheDir?: string
  /** What the buildpacks before this one left; absent: this is not a staging. */
  readonly depsDir?: string
  /** A name, not a number: zero-padded when there are ten buildpacks or more. */
  readonly index?: string
  /** Takes every `when` as fulfilled, because neither services nor environment are known. */
  readonly assumesConditions?: boolean
  /** Process types that the app manifest declares, which staging does not see. */
  readonly manifestTypes?: readonly string[]
  /** The app's files for recognising its kind; absent: those in `buildDir`. Called only where it may be a Java app. */
  readonly appView?: () => AppView
  /** Names or URLs of the buildpacks that stage the app, in order; absent: those that lie beside this one. */
  readonly buildpacks?: readonly string[]
  /** The Java buildpack that stages the app; absent: the one that lies beside this buildpack, if any. */
  readonly javaBuildpack?: JavaBuildpack
}
