/** The real parts that suites test Java apps with; each is built once and kept under `.cache/java`. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../files.ts'
import { installed } from '../programs.ts'

/** A part that is there, or why it is not. */
export type Part = { readonly path: string } | { readonly skipped: string }

/** The sources of what is built. */
const here = join(ROOT, 'test/suites/java')
const cache = join(ROOT, '.cache/java')

export function buildCalculator(): Part {
  if (!installed('go')) return { skipped: 'no go on this machine' }
  const path = join(cache, 'calculator')
  mkdirSync(cache, { recursive: true })
  return attempt(path, () =>
    execFileSync('go', ['build', '-o', path, '.'], { cwd: join(here, 'calculator'), stdio: 'pipe' }),
  )
}

/** The published calculator's own command, as the Java buildpacks call it at start. */
export function buildWholeCalculator(): Part {
  if (!installed('go')) return { skipped: 'no go on this machine' }
  const path = join(cache, 'java-buildpack-memory-calculator')
  mkdirSync(cache, { recursive: true })
  const command = 'github.com/cloudfoundry/java-buildpack-memory-calculator/v4'
  return attempt(path, () =>
    execFileSync('go', ['build', '-o', path, command], { cwd: join(here, 'calculator'), stdio: 'pipe' }),
  )
}

/** A file from the Maven ROOT: `group:artifact:version[:type[:classifier]]`. */
export function mavenFile(coordinates: string): Part {
  if (!installed('mvn')) return { skipped: 'no mvn on this machine' }
  const [, artifact, version, type = 'jar', classifier] = coordinates.split(':')
  const path = join(cache, `${artifact}-${version}${classifier ? `-${classifier}` : ''}.${type}`)
  return existsSync(path)
    ? { path }
    : attempt(path, () =>
        execFileSync(
          'mvn',
          ['-q', '-B', 'dependency:copy', `-Dartifact=${coordinates}`, `-DoutputDirectory=${cache}`],
          { cwd: here, stdio: 'pipe' },
        ),
      )
}

/** The Spring Boot app of test/suites/java, as Maven packages it. */
export const springBootJar = () => mavenBuild('app.jar')
/** The same with Spring Boot 2.7, whose loader lies in another package. */
export const springBoot2Jar = () => mavenBuild('boot-2.jar', '-f', 'boot-2.pom.xml')
/** A war that runs by itself … */
export const executableWar = () => mavenBuild('boot-2.war', '-f', 'boot-2.pom.xml', '-Dpackaging=war')
/** … and one that has no main class. */
export function plainWar(): Part {
  const built = executableWar()
  return 'path' in built ? { path: `${built.path}.original` } : built
}

function mavenBuild(file: string, ...options: readonly string[]): Part {
  if (!installed('mvn')) return { skipped: 'no mvn on this machine' }
  const folder = join(cache, 'spring-boot-app')
  const path = join(folder, 'target', file)
  if (existsSync(path)) return { path }
  cpSync(join(here, 'spring-boot-app'), folder, { recursive: true })
  return attempt(path, () =>
    execFileSync('mvn', ['-q', '-B', ...options, 'package'], { cwd: folder, stdio: 'pipe' }),
  )
}

export const wiremock = () => mavenFile('org.wiremock:wiremock-standalone:3.9.1')
export const openTelemetryAgent = () => mavenFile('io.opentelemetry.javaagent:opentelemetry-javaagent:2.9.0')
export const jacocoAgent = () => mavenFile('org.jacoco:org.jacoco.agent:0.8.12:jar:runtime')

/** The newest of the line that takes apps of Spring Boot 2. */
export const tomcat = () => mavenFile('org.apache.tomcat:tomcat:9.0.96:tar.gz')

/** A jar with a main, of one class in test/suites/java. */
export function compiledJar(name: string): Part {
  if (!installed('javac')) return { skipped: 'no javac on this machine' }
  const classes = join(cache, name)
  const path = join(cache, `${name}.jar`)
  mkdirSync(classes, { recursive: true })
  return attempt(path, () => {
    execFileSync('javac', ['--release', '11', '-d', classes, join(here, `${name}.java`)], { stdio: 'pipe' })
    execFileSync('jar', ['cfe', path, name, '-C', classes, '.'], { stdio: 'pipe' })
  })
}

function attempt(path: string, make: () => unknown): Part {
  try {
    make()
    return existsSync(path)
      ? { path }
      : { skipped: `${path} was not made (${readdirSync(cache).join(', ')})` }
  } catch (error) {
    return { skipped: error instanceof Error ? error.message.slice(0, 400) : String(error) }
  }
}
