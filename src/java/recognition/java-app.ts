/** Whether an app is a Java app, and its layout, if the Java buildpack that stages it may be unknown. */
import type { JavaBuildpack } from '../calculators/calculator.ts'
import type { AppTree } from './app-tree.ts'
import { recognise4 } from './java-buildpack-4.ts'
import { recognise5 } from './java-buildpack-5.ts'
import type { JavaLayout, Recognition } from './recognition.ts'

export interface JavaApp {
  readonly layout: JavaLayout
  /** Why it is one, for messages: `BOOT-INF and Start-Class in its manifest`. */
  readonly why: string
  /** Directory of its jars, relative to the app root. */
  readonly libraryFolder?: string
  /** The jar at the app root that is run with java -jar; absent: the app is exploded. */
  readonly file?: string
}

/** How each Java buildpack recognises an app. */
export type Recognitions = Readonly<Record<JavaBuildpack, Recognition>>

/** @param mainClass of `JBP_CONFIG_JAVA_MAIN` */
export async function recogniseApp(app: AppTree, mainClass: string | undefined): Promise<Recognitions> {
  return { 4: recognise4(app, mainClass), 5: await recognise5(app, mainClass) }
}

/**
 * @param app without the files of sidecars, agents and libraries
 * @param buildpack the Java buildpack that stages it; absent: unknown, or none. Features that other apps have too (a `bin`
 *   beside a `lib`, a Groovy script somewhere) are then not enough.
 */
export function javaAppOf(
  app: AppTree,
  recognitions: Recognitions,
  buildpack: JavaBuildpack | undefined,
): JavaApp | undefined {
  const candidates = buildpack ? [recognitions[buildpack]] : [recognitions[5], recognitions[4]]
  const found = candidates.find(
    (each) => each.kind === 'container' && (buildpack !== undefined || isCertain(app, each)),
  )
  if (found?.kind !== 'container') return undefined
  const { layout, why, runs } = found
  const libraryFolder = { 'spring-boot': 'BOOT-INF/lib', war: 'WEB-INF/lib' }[layout as string]
  const isFile = runs.endsWith('.jar') && !runs.includes('/')
  return {
    layout,
    why,
    ...(isFile ? { file: runs } : libraryFolder !== undefined && { libraryFolder }),
  }
}

function isCertain(app: AppTree, { layout, runs }: Extract<Recognition, { kind: 'container' }>): boolean {
  if (layout === 'groovy') return app.list('').some(({ name }) => name.endsWith('.groovy'))
  if (layout !== 'distribution') return true
  const libraries = `${runs.slice(0, -runs.split('/').slice(-2).join('/').length)}lib/`
  return app.filesEnding('.jar').some((each) => each.startsWith(libraries))
}
