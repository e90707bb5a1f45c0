/**
 * How Java buildpack 4.x recognises an app: lib/java_buildpack/container/*.rb of
 * https://github.com/cloudfoundry/java-buildpack/tree/v4.77.0. All containers are tried; two matches are an error.
 */
import { MANIFEST } from '../jar-manifest.ts'
import type { AppTree } from './app-tree.ts'
import { groovy4, isLogbackFile } from './groovy.ts'
import { type FoundContainer, foundContainer, type Recognition } from './recognition.ts'

/** @param mainClass of `JBP_CONFIG_JAVA_MAIN` */
export function recognise4(tree: AppTree, mainClass: string | undefined): Recognition {
  const app = readApp(tree, mainClass)
  if (app.play.length > 1)
    return { kind: 'failure', why: 'Play Framework application version cannot be determined' }
  const all = [distZip, groovy, javaMain, play, ratpack, springBoot, springBootCli, tomcat].flatMap(
    (container) => container(app) ?? [],
  )
  const [only, second] = all
  if (!only) return { kind: 'none' }
  if (second) {
    const names = all.map(({ container }) => container).join(', ')
    return { kind: 'failure', why: `Application can be run by more than one container: ${names}` }
  }
  // java_main.rb, compile; util/spring_boot_utils.rb, lib
  if (only.container === 'Java Main' && app.isSpringBoot && !hasLibraryFolder(app))
    return { kind: 'failure', why: 'No lib directory found' }
  return only
}

interface App {
  readonly tree: AppTree
  readonly manifest: ReadonlyMap<string, string>
  readonly mainClass: string | undefined
  readonly mainClassFrom: string
  /** The only top directory, else the app root. */
  readonly root: string
  readonly isRatpack: boolean
  readonly isSpringBoot: boolean
  /** Start scripts of the matching kinds of Play app. */
  readonly play: readonly string[]
}

function readApp(tree: AppTree, mainClass: string | undefined): App {
  const manifest = properties(tree.readText(MANIFEST))
  const [only, second] = tree.list('').filter(({ name, isFolder }) => isFolder && !name.startsWith('.'))
  const single = only && !second ? `${only.name}/` : undefined
  const jars = tree.filesEnding('.jar')
  return {
    tree,
    manifest,
    mainClass: mainClass || manifest.get('Main-Class'),
    mainClassFrom: mainClass ? 'a main class in JBP_CONFIG_JAVA_MAIN' : 'Main-Class in its manifest',
    root: single ?? '',
    // util/jar_finder.rb: matched against the whole path.
    isRatpack: jars.some((each) => /ratpack-core-(.*)\.jar/.test(each)),
    isSpringBoot:
      manifest.has('Spring-Boot-Version') || jars.some((each) => /spring-boot-(\d.*)\.jar/.test(each)),
    play: playScripts(tree, single),
  }
}

/** util/properties.rb. It skips comments; here, their names begin with `#` or `!`. */
function properties(text: string | undefined): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const line of (text ?? '').replace(/[\r\n\f]+ /g, '').split('\n')) {
    const [, name, value] = /^\s*([^:=\s]+)\s*[=:]?\s*(.*?)\s*$/.exec(line) ?? []
    if (name !== undefined) values.set(name, value ?? '')
  }
  return values
}

/** util/start_script.rb: the only file in bin, else the one with a .bat beside it. */
function startScript(tree: AppTree, root: string): string | undefined {
  const names = tree.list(`${root}bin`).flatMap(({ name }) => (name.startsWith('.') ? [] : [name]))
  const script = names.length === 1 ? names[0] : names.find((name) => tree.has(`${root}bin/${name}.bat`))
  return script === undefined ? undefined : `${root}bin/${script}`
}

/** util/play/{post22_dist,post22_staged,pre22_dist,pre22_staged}.rb */
function playScripts(tree: AppTree, single: string | undefined): readonly string[] {
  const hasJar = (folder: string) =>
    tree.list(folder).some(({ name }) => !name.startsWith('.') && /play_.*-.*\.jar$/.test(name))
  const start = (root: string) => (tree.has(`${root}start`) ? `${root}start` : undefined)
  const kinds: readonly (readonly [script: string | undefined, libraries: string])[] = [
    ...(single === undefined
      ? []
      : [[startScript(tree, single), `${single}lib`] as const, [start(single), `${single}lib`] as const]),
    [startScript(tree, ''), 'lib'],
    [start(''), 'staged'],
  ]
  return kinds.flatMap(([script, libraries]) => (script !== undefined && hasJar(libraries) ? [script] : []))
}

/** dist_zip.rb */
function distZip(app: App): FoundContainer | undefined {
  const script = startScript(app.tree, app.root)
  const hasJars = app.tree.filesEnding('.jar').some((each) => each.startsWith(`${app.root}lib/`))
  if (script === undefined || !hasJars || app.isRatpack || app.isSpringBoot || app.play.length > 0)
    return undefined
  return foundContainer('Dist Zip', 'distribution', script, `${app.root}bin beside jars in ${app.root}lib`)
}

/** groovy.rb */
function groovy({ tree, isRatpack }: App): FoundContainer | undefined {
  const scripts = tree.filesEnding('.groovy')
  const candidates = scripts.filter((path) => {
    const text = tree.readText(path) ?? ''
    return groovy4.hasMain(text) || !groovy4.isPogo(text) || groovy4.hasShebang(text)
  })
  const [main, second] = candidates
  if (main === undefined || second !== undefined || isRatpack || tree.filesEnding('.class').length > 0)
    return undefined
  const others = scripts.filter((each) => each !== main)
  return foundContainer('Groovy', 'groovy', [main, ...others].join(' '), main)
}

/** java_main.rb */
function javaMain({ mainClass, mainClassFrom, isSpringBoot }: App): FoundContainer | undefined {
  if (mainClass === undefined) return undefined
  const runs = isSpringBoot ? `${mainClass} as Spring Boot` : mainClass
  return foundContainer('Java Main', isSpringBoot ? 'spring-boot' : 'main', runs, mainClassFrom)
}

/** play_framework.rb */
function play({ play: [script] }: App): FoundContainer | undefined {
  return script === undefined ? undefined : foundContainer('Play Framework', 'play', script, 'a jar of Play')
}

/** ratpack.rb */
function ratpack(app: App): FoundContainer | undefined {
  const script = startScript(app.tree, app.root)
  if (script === undefined || !app.isRatpack) return undefined
  return foundContainer('Ratpack', 'distribution', script, 'a jar of Ratpack')
}

/** spring_boot.rb */
function springBoot(app: App): FoundContainer | undefined {
  const script = startScript(app.tree, app.root)
  if (script === undefined || !app.isSpringBoot) return undefined
  return foundContainer('Spring Boot', 'spring-boot', script, `${app.root}bin beside Spring Boot`)
}

/** spring_boot_cli.rb */
function springBootCli({ tree }: App): FoundContainer | undefined {
  const all = tree.filesEnding('.groovy')
  const fits = (path: string) => {
    const text = tree.readText(path) ?? ''
    const isPart = groovy4.isPogo(text) || groovy4.hasBeans(text)
    return isPart && !groovy4.hasMain(text) && !groovy4.hasShebang(text)
  }
  const scripts = all.filter((each) => !isLogbackFile(each))
  if (scripts.length === 0 || !scripts.every(fits) || tree.has('WEB-INF')) return undefined
  return foundContainer('Spring Boot CLI', 'groovy', all.join(' '), scripts.join(' '))
}

/** tomcat.rb */
function tomcat({ tree, mainClass }: App): FoundContainer | undefined {
  return tree.has('WEB-INF') && mainClass === undefined
    ? foundContainer('Tomcat', 'war', 'WEB-INF', 'WEB-INF')
    : undefined
}

function hasLibraryFolder({ tree, manifest }: App): boolean {
  const named = manifest.get('Spring-Boot-Lib')?.replace(/\/$/, '')
  return [named, 'BOOT-INF/lib', 'WEB-INF/lib', 'lib'].some((each) => each !== undefined && tree.has(each))
}
