/** Jars as the world makes them, each with a way to see that it still does what it did. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openTelemetryAgent, type Part, wiremock } from '../../support/java/real-parts.ts'
import { installed } from '../../support/programs.ts'
import { springBootJars } from '../../support/samples.ts'
import { cache, goArchive } from './judges.ts'

const parts = join(dirname(fileURLToPath(import.meta.url)), 'parts')
const MOST_OUTPUT = 1 << 26
const START = 120_000

export interface RealJar {
  readonly name: string
  readonly part: Part
  /** What running the jar at a path says: the same before and after; undefined where there is nothing to run. */
  readonly run?: (path: string) => Promise<string>
  readonly isSigned?: boolean
}

export function realJars(): readonly RealJar[] {
  const hello = helloJars()
  const { jar, executable } = springBootJars()
  const started = (argv: readonly string[]) => saying(argv, /Started App|APPLICATION FAILED/)
  return [
    { name: 'Spring Boot', part: jar, run: (path) => started(['java', '-jar', path, '--server.port=0']) },
    {
      name: 'fully executable Spring Boot',
      part: executable,
      run: (path) => started([path, '--server.port=0']),
    },
    {
      name: 'WireMock standalone',
      part: wiremock(),
      run: async (path) => output(['java', '-jar', path, '--version']),
    },
    {
      name: 'OpenTelemetry agent',
      part: openTelemetryAgent(),
      run: async (path) =>
        /opentelemetry-javaagent - version: \S+|hello.*/g
          .exec(
            output(
              ['java', `-javaagent:${path}`, '-Dotel.javaagent.enabled=true', '-cp', classes(), 'Hello'],
              QUIET_AGENT,
            ),
          )
          ?.join() ?? 'nothing',
    },
    ...hello,
    { name: 'a war', part: war() },
  ]
}

const QUIET_AGENT = {
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
}

/** The same two files, packed by everything that packs. */
function helloJars(): readonly RealJar[] {
  if (!installed('javac')) return [{ name: 'jars of one class', part: { skipped: 'no javac' } }]
  const content = classes()
  mkdirSync(join(content, 'META-INF'), { recursive: true })
  const manifest = join(content, 'META-INF/MANIFEST.MF')
  writeFileSync(manifest, 'Manifest-Version: 1.0\nMain-Class: Hello\n\n')
  const run = async (path: string) => output(['java', '-jar', path])
  const made = (name: string, command: string, make: (path: string) => void): RealJar => {
    if (!installed(command)) return { name, part: { skipped: `no ${command}` } }
    const path = join(cache, `${name.replaceAll(' ', '-')}.jar`)
    rmSync(path, { force: true })
    make(path)
    return { name, part: { path }, run }
  }
  const tool = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: content, stdio: 'pipe' })
  return [
    made('made by jar', 'jar', (path) => tool('jar', 'cfm', path, manifest, 'Hello.class')),
    made('made by jar without compression', 'jar', (path) =>
      tool('jar', 'cf0m', path, manifest, 'Hello.class'),
    ),
    made('made by zip', 'zip', (path) => tool('zip', '-q', '-r', path, 'META-INF', 'Hello.class')),
    made('made by zip into a pipe', 'zip', (path) =>
      tool('bash', '-c', `zip -q -r - META-INF Hello.class | cat > "${path}"`),
    ),
    made('made by Python', 'python3', (path) =>
      tool('python3', '-m', 'zipfile', '-c', path, 'META-INF', 'Hello.class'),
    ),
    made('made by Go', 'go', (path) => goArchive(path, content)),
    made('made by 7-Zip', '7z', (path) => tool('7z', 'a', '-tzip', '-bso0', path, 'META-INF', 'Hello.class')),
    { ...made('signed', 'jarsigner', (path) => signed(path, manifest, tool)), isSigned: true },
  ]
}

type Tool = (command: string, ...args: string[]) => unknown

function signed(path: string, manifest: string, tool: Tool): void {
  const store = join(cache, 'keys.p12')
  rmSync(store, { force: true })
  const secrets = ['-keystore', store, '-storepass', 'changeit', '-storetype', 'PKCS12']
  tool('keytool', '-genkeypair', '-alias', 'test', '-dname', 'CN=test', '-keyalg', 'RSA', ...secrets)
  tool('jar', 'cfm', path, manifest, 'Hello.class')
  tool('jarsigner', ...secrets, path, 'test')
}

function war(): Part {
  if (!installed('jar')) return { skipped: 'no jar' }
  const folder = join(cache, 'war')
  mkdirSync(join(folder, 'WEB-INF/classes'), { recursive: true })
  writeFileSync(join(folder, 'WEB-INF/web.xml'), '<web-app/>\n')
  copyFileSync(join(classes(), 'Hello.class'), join(folder, 'WEB-INF/classes/Hello.class'))
  const path = join(cache, 'app.war')
  execFileSync('jar', ['cf', path, '-C', folder, 'WEB-INF'], { stdio: 'pipe' })
  return { path }
}

function classes(): string {
  const folder = join(cache, 'classes')
  execFileSync('javac', ['-d', folder, join(parts, 'hello/Hello.java')], { stdio: 'pipe' })
  return folder
}

function output(
  [command = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: MOST_OUTPUT,
  })
  return `status ${status}: ${stdout}${env === QUIET_AGENT ? stderr : ''}`
}

/** Starts something that runs until it is ended, and gives back the words that it was waited for. */
async function saying([command = '', ...args]: readonly string[], words: RegExp): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let said = ''
  const found = new Promise<string>((resolve) => {
    const listen = (data: Buffer) => {
      said += data.toString()
      const match = words.exec(said)
      if (match) resolve(match[0])
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.on('exit', (status) => resolve(`ended with ${status}: ${said}`))
    setTimeout(() => resolve(`nothing in time: ${said}`), START).unref()
  })
  const result = await found
  if (child.pid && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
  return result
}
