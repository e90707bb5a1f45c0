/**
 * How Java buildpack 5.x recognises an app: src/java/containers/*.go of
 * https://github.com/cloudfoundry/java-buildpack (5.0.6). The first container that detects the app runs it.
 */
import { MANIFEST } from '../jar-manifest.ts'
import type { AppTree } from './app-tree.ts'
import { groovy5, isLogbackFile } from './groovy.ts'
import { type FoundContainer, foundContainer, type Recognition } from './recognition.ts'

/** @param mainClass of `JBP_CONFIG_JAVA_MAIN` */
export async function recognise5(app: AppTree, mainClass: string | undefined): Promise<Recognition> {
  // container.go, Registry.Detect: a main class set by the user overrides all containers.
  if (mainClass) return foundContainer('Java Main', 'main', mainClass, 'a main class in JBP_CONFIG_JAVA_MAIN')
  return (
    springBoot(app) ??
    springBootCli(app) ??
    tomcat(app) ??
    groovy(app) ??
    play(app) ??
    distZip(app) ??
    (await javaMain(app)) ?? { kind: 'none' }
  )
}

const filesIn = (app: AppTree, folder: string) =>
  app.list(folder).flatMap(({ name, isFolder }) => (isFolder ? [] : [name]))

/** dist_zip.go, findUnixStartScript; the same in spring_boot.go and play.go. */
const startScript = (app: AppTree, folder: string) =>
  filesIn(app, folder).find((name) => !name.endsWith('.bat'))

/** spring_boot.go */
function springBoot(app: AppTree): FoundContainer | undefined {
  const manifest = app.readText(MANIFEST) ?? ''
  const mark = ['Start-Class', 'Spring-Boot-Version', 'Spring-Boot-Classes', 'Spring-Boot-Lib'].find((name) =>
    manifest.split('\n').some((line) => line.trim().startsWith(`${name}:`)),
  )
  if (app.has('BOOT-INF') && mark)
    return foundContainer('Spring Boot', 'spring-boot', 'BOOT-INF', `BOOT-INF and ${mark} in its manifest`)
  const jar = filesIn(app, '').find((name) => name.endsWith('.jar') && /spring|boot|BOOT-INF/.test(name))
  if (jar) return foundContainer('Spring Boot', 'spring-boot', jar, jar)
  const library = ['lib', 'WEB-INF/lib', 'BOOT-INF/lib'].find((folder) =>
    filesIn(app, folder).some(
      (name) => name.toLowerCase().startsWith('spring-boot-') && name.endsWith('.jar'),
    ),
  )
  const script = startScript(app, 'bin')
  return library && script
    ? foundContainer('Spring Boot', 'spring-boot', `bin/${script}`, `bin beside Spring Boot in ${library}`)
    : undefined
}

/** spring_boot_cli.go */
function springBootCli(app: AppTree): FoundContainer | undefined {
  const scripts = app
    .filesEnding('.groovy', { hidden: true })
    .filter((path) => !isLogbackFile(path))
    .map((path) => ({ path, text: app.readText(path) ?? '' }))
    .filter(({ text }) => groovy5.isValid(text))
  const fits = ({ text }: { readonly text: string }) =>
    (groovy5.isPogo(text) || groovy5.hasBeans(text)) && !groovy5.hasMain(text) && !groovy5.hasShebang(text)
  if (scripts.length === 0 || !scripts.every(fits)) return undefined
  const paths = scripts.map(({ path }) => path).join(' ')
  return foundContainer('Spring Boot CLI', 'groovy', paths, paths)
}

/** tomcat.go */
function tomcat(app: AppTree): FoundContainer | undefined {
  if (app.has('WEB-INF')) return foundContainer('Tomcat', 'war', 'WEB-INF', 'WEB-INF')
  const war = app.list('').find(({ name }) => name.endsWith('.war'))
  return war && foundContainer('Tomcat', 'war', war.name, war.name)
}

/** groovy.go; groovy_utils.go, FindMainGroovyScript: the only candidate, else the first script. */
function groovy(app: AppTree): FoundContainer | undefined {
  const scripts = app.list('').flatMap(({ name }) => (name.endsWith('.groovy') ? [name] : []))
  const [candidate, second] = scripts.filter((name) => {
    const text = app.readText(name) ?? ''
    const isMain = groovy5.hasMain(text) || !groovy5.isPogo(text) || groovy5.hasShebang(text)
    return groovy5.isValid(text) && isMain
  })
  const script = second === undefined ? (candidate ?? scripts[0]) : scripts[0]
  return script === undefined ? undefined : foundContainer('Groovy', 'groovy', script, script)
}

const PLAY_JAR = /^(?:com\.typesafe\.)?play(?:\.play)?_.*-(.+)\.jar$/

/** play.go */
function play(app: AppTree): Recognition | undefined {
  const isOf = (folder: string, post22: boolean) => {
    const [version] = filesIn(app, folder).flatMap((name) => PLAY_JAR.exec(name)?.[1] ?? [])
    return version !== undefined && isPost22(version) === post22
  }
  const post22Script = startScript(app, 'bin')
  const distScript = startScript(app, 'application-root/bin')
  const matches = [
    isOf('staged', false) && { name: 'Pre22Staged', runs: app.has('start') ? 'start' : 'staged' },
    isOf('lib', true) && { name: 'Post22Staged', runs: post22Script ? `bin/${post22Script}` : 'lib' },
    isOf('application-root/lib', true) &&
      distScript && { name: 'Post22Dist', runs: `application-root/bin/${distScript}` },
    isOf('application-root/lib', false) &&
      app.has('application-root/start') && { name: 'Pre22Dist', runs: 'application-root/start' },
  ].filter((each) => typeof each === 'object')
  const [match, second] = matches
  if (!match) return undefined
  if (second) {
    const names = matches.map(({ name }) => name).join(' ')
    return { kind: 'failure', why: `Play Framework application version cannot be determined: [${names}]` }
  }
  return foundContainer('Play', 'play', match.runs, `a jar of Play (${match.name})`)
}

function isPost22(version: string): boolean {
  const [major = '', minor] = version.split('.')
  if (minor === undefined) return false
  return major === '2' ? leading(minor) >= 2 : leading(major) > 2
}

const leading = (text: string) => Number(/^\d+/.exec(text)?.[0] ?? 0)

/** dist_zip.go: bin and lib at the root or in a top directory; several matches count as none. */
function distZip(app: AppTree): FoundContainer | undefined {
  const folders = app.list('').filter(({ isFolder }) => isFolder)
  const matches = ['', ...folders.map(({ name }) => `${name}/`)].flatMap((place) => {
    if (!app.isFolder(`${place}lib`)) return []
    if (filesIn(app, `${place}lib`).some(isPlayJar)) return []
    const script = startScript(app, `${place}bin`)
    return script === undefined ? [] : [{ place, script }]
  })
  const [match, second] = matches
  if (!match || second) return undefined
  const { place, script } = match
  return foundContainer('Dist ZIP', 'distribution', `${place}bin/${script}`, `${place}bin beside ${place}lib`)
}

const isPlayJar = (name: string) =>
  name.includes('com.typesafe.play.play_') ||
  name.startsWith('play.play_') ||
  (name.startsWith('play_') && name.endsWith('.jar'))

/** java_main.go */
async function javaMain(app: AppTree): Promise<FoundContainer | undefined> {
  for (const jar of filesIn(app, '').filter((name) => name.endsWith('.jar'))) {
    if (mainClassIn(await app.manifestOf(jar)))
      return foundContainer('Java Main', 'main', jar, `Main-Class in ${jar}`)
  }
  const own = mainClassIn(app.readText(MANIFEST))
  if (own) return foundContainer('Java Main', 'main', own, 'Main-Class in its manifest')
  const file = app.list('').find(({ name }) => name.endsWith('.class'))
  return file && foundContainer('Java Main', 'main', 'JAVA_MAIN_CLASS', file.name)
}

/** java_main.go, parseMainClass: a line of any section that begins with Main-Class. */
function mainClassIn(manifest: string | undefined): string | undefined {
  const lines = (manifest ?? '').replaceAll('\r\n', '\n').replaceAll('\n ', '').split('\n')
  const line = lines.map((each) => each.trim()).find((each) => each.startsWith('Main-Class:'))
  return line?.slice('Main-Class:'.length).trim() || undefined
}
