import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import AdmZip from 'adm-zip'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Plan } from '../../../src/plan/plan.ts'
import { freePort } from '../free-port.ts'
import { javaBuildpackOptions } from './like-buildpack.ts'
import { LocalRun, sidecarBuildpack } from './local-run.ts'
import {
  buildWholeCalculator,
  compiledJar,
  has,
  jacocoAgent,
  openTelemetryAgent,
  repository,
  springBootJar,
  wiremock,
} from './real-parts.ts'
import { requests } from './requests.ts'

const MIB = 1024 ** 2
const HARD_OPTION = '-Dfeature=a  b \'c\' "d" $HOME ${HOME} * \\ ; é 漢'
const parts = {
  app: springBootJar(),
  wiremock: wiremock(),
  openTelemetry: openTelemetryAgent(),
  jacoco: jacocoAgent(),
  calculator: buildWholeCalculator(),
  small: compiledJar('SmallServer'),
}
const why = Object.values(parts).flatMap((part) => ('skipped' in part ? part.skipped : []))
if (process.platform !== 'linux' || !has('unzip', ['-v'])) why.push('needs Linux and unzip')
const title = why.length > 0 ? `: skipped, ${why.join('; ')}` : ''
const path = (name: keyof typeof parts) => ('path' in parts[name] ? parts[name].path : '')

const work = mkdtempSync(join(tmpdir(), 'java-e2e-'))
let running: LocalRun | undefined

beforeAll(() => {
  execFileSync(process.execPath, [join(repository, 'scripts/build.mjs'), '--quiet'], { stdio: 'inherit' })
})
afterEach(async () => {
  await running?.end()
  running = undefined
})
afterAll(() => rmSync(work, { recursive: true, force: true }))

/** An app: a jar exploded as cf push does it, and further files. */
function exploded(name: string, jar: string, files: Readonly<Record<string, string>>): string {
  const directory = join(work, name)
  mkdirSync(directory)
  execFileSync('unzip', ['-q', jar, '-d', directory])
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, file)), { recursive: true })
    if (content.startsWith('/')) copyFileSync(content, join(directory, file))
    else writeFileSync(join(directory, file), content)
  }
  const marker = new AdmZip()
  marker.addFile('marker.txt', Buffer.from('x'))
  marker.writeZip(join(directory, 'extra/marker.jar'))
  return directory
}

function stage(app: string, version: string, name: string): string {
  const output = join(work, name)
  const java = javaBuildpackOptions(version, path('calculator'))
  sidecarBuildpack('stage', app, '-b', 'sidecar', ...java, '-o', output)
  return join(output, 'droplet.tgz')
}

const get = async (url: string) => (await fetch(url)).text()

describe.skipIf(why.length > 0).each(['4', '5'])(`under Java buildpack %s.x${title}`, (version) => {
  it('WireMock beside Spring Boot in 1 GB: the heap is what the calculator leaves, agents and options arrive once', async () => {
    const [port, mockPort] = [await freePort(), await freePort()]
    const sidecars = `
sidecars:
  - name: wiremock
    memory: 256M
    source: {path: wiremock.jar}
    args: ["--port", "${mockPort}"]
java:
  agents:
    - source: {path: extra/opentelemetry.jar}
    - source: {path: "extra/jaco co's.jar"}
      options: "destfile=/dev/null,output=none"
  libraries: [{source: {path: extra/marker.jar}}]
  options:
    - ${JSON.stringify(HARD_OPTION)}
    - -Dotel.traces.exporter=none
    - -Dotel.metrics.exporter=none
    - -Dotel.logs.exporter=none
`
    const app = exploded(`boot-${version}`, path('app'), {
      'sidecars.yml': sidecars,
      'wiremock.jar': path('wiremock'),
      'extra/opentelemetry.jar': path('openTelemetry'),
      "extra/jaco co's.jar": path('jacoco'),
    })
    const planned = JSON.parse(sidecarBuildpack('plan', app, '--json')) as Plan
    running = new LocalRun(stage(app, version, `staged-${version}`), '--memory', '1G', '--port', String(port))
    const [url, mock] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${mockPort}/`]
    await running.answers(url)
    await running.answers(mock)
    const answered = await Promise.all([requests(url, 2000), requests(mock, 2000)])
    expect(answered).toEqual([2000, 2000])
    expect(running.log).not.toMatch(/CRASHED|out of memory/)

    const { options } = JSON.parse(await get(`${url}/jvm`)) as { options: string[] }
    expect(options.join(' ')).toContain(planned.processes[0]?.jvm?.options)
    const words = running.jvms('.JarLauncher').flatMap((each) => each.words)
    expect(words.filter((each) => each === HARD_OPTION)).toHaveLength(1)
    expect(options.filter((each) => each.startsWith('-javaagent:'))).toHaveLength(2)
    expect(
      options.filter((each) => each.endsWith("jaco co's.jar=destfile=/dev/null,output=none")),
    ).toHaveLength(1)
    expect(running.log.match(/opentelemetry-javaagent - version/g)).toHaveLength(1)
    expect(await get(`${url}/resource?name=marker.txt`)).toBe('true')

    const [sidecar, ...others] = running.jvms('wiremock.jar')
    expect(others).toEqual([])
    expect(sidecar?.words.filter((word) => /javaagent|feature/.test(word))).toEqual([])
    console.log(`WireMock: peak resident ${((sidecar?.peak ?? 0) / MIB).toFixed(1)} MB of 256`)
    expect(sidecar?.peak).toBeLessThanOrEqual(256 * MIB)
  })

  it('a plain main: its options, its library and its heap, with JAVA_OPTS of the user behind ours', async () => {
    const port = await freePort()
    const app = exploded(`plain-${version}`, path('small'), {
      'sidecars.yml': `
sidecars: [{name: helper, memory: 128M, command: sleep 1000}]
java:
  libraries: [{source: {path: extra/marker.jar}}]
  options: ["-Dours=first", ${JSON.stringify(HARD_OPTION)}]
`,
    })
    const droplet = stage(app, version, `staged-plain-${version}`)
    running = new LocalRun(droplet, '--port', String(port), '--env', 'JAVA_OPTS=-Dours=last -Duser=on')
    const url = `http://127.0.0.1:${port}`
    await running.answers(url)
    // Out of the kernel: in a locale without UTF-8 the JVM itself does not read what is not ASCII.
    const options = running.jvms('SmallServer').flatMap((each) => each.words)
    expect(options.filter((each) => /^-D(ours|feature|user)=/.test(each))).toEqual([
      '-Dours=first',
      HARD_OPTION,
      '-Dours=last',
      '-Duser=on',
    ])
    const planned = JSON.parse(sidecarBuildpack('plan', app, '--json')) as Plan
    expect(options.join(' ')).toContain(planned.processes[0]?.jvm?.options)
    expect(await get(`${url}/resource/marker.txt`)).toBe('true')
  })
})

it.skipIf(spawnSync('bash', ['-c', 'true']).status !== 0)(
  'the final buildpacks of this suite are sound shell',
  () => {
    for (const script of [
      '4-like/bin/compile',
      '4-like/bin/release',
      '5-like/bin/supply',
      '5-like/bin/finalize',
      '5-like/javaexec',
    ]) {
      expect(spawnSync('bash', ['-n', join(repository, `fixtures/java-buildpack-${script}`)]).status).toBe(0)
    }
  },
)
