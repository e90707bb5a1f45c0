/**
 * Whether an app is a Java app, and of which layout: as the Java buildpacks recognise one, in their order
 * (https://github.com/cloudfoundry/java-buildpack/tree/main/docs, the `container-*.md`).
 * Stricter in one thing: a `bin` beside a `lib` makes a Java app only when a jar lies in `lib`; the buildpack,
 * which knows that it was chosen, need not ask whether that is a Ruby or Node.js app.
 */
import type { AppView } from './app-view.ts'

export type JavaLayout = 'spring-boot' | 'war' | 'groovy' | 'play' | 'distribution' | 'main'

export interface JavaApp {
  readonly layout: JavaLayout
  /** What made it one, for messages: `BOOT-INF and Start-Class in its manifest`. */
  readonly why: string
  /** Where its jars lie, relative to the app root. */
  readonly libraryFolder?: string
  /** The file at the app root that is run as it is; absent: the app is exploded. */
  readonly file?: string
}

const SPRING_BOOT_ATTRIBUTES = [
  'Start-Class',
  'Spring-Boot-Version',
  'Spring-Boot-Classes',
  'Spring-Boot-Lib',
]
const PLAY = /^(?:com\.typesafe\.)?play(?:\.play)?_.*-.+\.jar$/
const LIBRARY_FOLDERS = ['lib', 'WEB-INF/lib', 'BOOT-INF/lib']

/**
 * @param mainClass of `JBP_CONFIG_JAVA_MAIN`
 * @param notTheApp paths of jars that are sidecars, agents or libraries: they do not make the app a Java app
 */
export async function recogniseJavaApp(
  app: AppView,
  mainClass: string | undefined,
  notTheApp: ReadonlySet<string> = new Set(),
): Promise<JavaApp | undefined> {
  if (mainClass) return { layout: 'main', why: 'JBP_CONFIG_JAVA_MAIN names a main class' }
  const root = app.list('')
  const files = root.filter((each) => !each.isFolder && !notTheApp.has(each.name)).map((each) => each.name)
  const has = (folder: string) => root.some((each) => each.isFolder && each.name === folder)
  return (
    springBoot(app, files, has) ??
    war(files, has) ??
    groovy(files) ??
    play(app) ??
    distribution(app, root, notTheApp) ??
    (await main(app, files))
  )
}

function springBoot(
  app: AppView,
  files: readonly string[],
  has: (folder: string) => boolean,
): JavaApp | undefined {
  const manifest = has('BOOT-INF') ? app.manifest() : undefined
  const attribute = SPRING_BOOT_ATTRIBUTES.find((name) => manifest?.get(name) !== undefined)
  if (attribute) {
    return {
      layout: 'spring-boot',
      why: `BOOT-INF and ${attribute} in its manifest`,
      libraryFolder: 'BOOT-INF/lib',
    }
  }
  const jar = files.find((name) => name.endsWith('.jar') && /spring|boot/.test(name))
  if (jar) return { layout: 'spring-boot', why: jar, file: jar }
  const libraryFolder = LIBRARY_FOLDERS.find((folder) =>
    app.list(folder).some(({ name }) => /^spring-boot-.*\.jar$/i.test(name)),
  )
  if (!libraryFolder || !startScript(app, 'bin')) return undefined
  return { layout: 'spring-boot', why: `bin beside Spring Boot in ${libraryFolder}`, libraryFolder }
}

function war(files: readonly string[], has: (folder: string) => boolean): JavaApp | undefined {
  if (has('WEB-INF')) return { layout: 'war', why: 'WEB-INF', libraryFolder: 'WEB-INF/lib' }
  const file = files.find((name) => name.endsWith('.war'))
  return file ? { layout: 'war', why: file, file } : undefined
}

function groovy(files: readonly string[]): JavaApp | undefined {
  const file = files.find((name) => name.endsWith('.groovy'))
  return file ? { layout: 'groovy', why: file, file } : undefined
}

/** By its own jar, with a start script or without. In `staged` before Play 2.2. */
function play(app: AppView): JavaApp | undefined {
  for (const libraryFolder of ['lib', 'application-root/lib', 'staged']) {
    const jar = app.list(libraryFolder).find(({ name }) => PLAY.test(name))
    if (jar) return { layout: 'play', why: `${libraryFolder}/${jar.name}`, libraryFolder }
  }
  return undefined
}

/** A start script in `bin` and jars in `lib`, at the root or one folder down (Gradle's and Play's distributions). */
function distribution(
  app: AppView,
  root: ReturnType<AppView['list']>,
  notTheApp: ReadonlySet<string>,
): JavaApp | undefined {
  const places = ['', ...root.filter((each) => each.isFolder).map((each) => `${each.name}/`)]
  const hasJar = (folder: string) =>
    app.list(folder).some(({ name }) => name.endsWith('.jar') && !notTheApp.has(`${folder}/${name}`))
  const place = places.find((each) => startScript(app, `${each}bin`) && hasJar(`${each}lib`))
  if (place === undefined) return undefined
  return {
    layout: 'distribution',
    why: `${place}bin beside jars in ${place}lib`,
    libraryFolder: `${place}lib`,
  }
}

async function main(app: AppView, files: readonly string[]): Promise<JavaApp | undefined> {
  for (const jar of files.filter((name) => name.endsWith('.jar'))) {
    if ((await app.manifestOf(jar))?.get('Main-Class')) {
      return { layout: 'main', why: `Main-Class in ${jar}`, file: jar }
    }
  }
  if (app.manifest()?.get('Main-Class')) return { layout: 'main', why: 'Main-Class in its manifest' }
  const file = files.find((name) => name.endsWith('.class'))
  return file ? { layout: 'main', why: file } : undefined
}

const startScript = (app: AppView, folder: string) =>
  app.list(folder).some(({ name, isFolder }) => !isFolder && !name.endsWith('.bat'))
