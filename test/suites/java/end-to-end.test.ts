import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Plan } from '../../../src/plan/plan.ts'
import { freePort } from '../free-port.ts'
import { Apps, get, HARD_OPTION, type JavaBuildpack, missing, pathOf } from './apps.ts'
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
const parts = {
  app: springBootJar(),
  wiremock: wiremock(),
  openTelemetry: openTelemetryAgent(),
  jacoco: jacocoAgent(),
  calculator: buildWholeCalculator(),
  small: compiledJar('SmallServer'),
}
const why = [...missing(parts)]
if (process.platform !== 'linux' || !has('unzip', ['-v'])) why.push('needs Linux and unzip')
const title = why.length > 0 ? `: skipped, ${why.join('; ')}` : ''
const path = (name: keyof typeof parts) => pathOf(parts[name])

const apps = new Apps()
let running: LocalRun | undefined

beforeAll(() => {
  execFileSync(process.execPath, [join(repository, 'scripts/build.mjs'), '--quiet'], { stdio: 'inherit' })
})
afterEach(async () => {
  await running?.end()
  running = undefined
})
afterAll(() => apps.remove())

describe.skipIf(why.length > 0).each<JavaBuildpack>(['4', '5'])(
  `under Java buildpack %s.x${title}`,
  (version) => {
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
      const app = apps.explode(`boot-${version}`, path('app'), {
        'sidecars.yml': sidecars,
        'wiremock.jar': path('wiremock'),
        'extra/opentelemetry.jar': path('openTelemetry'),
        "extra/jaco co's.jar": path('jacoco'),
      })
      const planned = JSON.parse(sidecarBuildpack('plan', app, '--json')) as Plan
      running = new LocalRun(apps.stage(app, version), '--memory', '1G', '--port', String(port))
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
      expect(await get(`${url}/resource?name=marker.txt`)).toBe('1')

      const [sidecar, ...others] = running.jvms('wiremock.jar')
      expect(others).toEqual([])
      expect(sidecar?.words.filter((word) => /javaagent|feature/.test(word))).toEqual([])
      console.log(`WireMock: peak resident ${((sidecar?.peak ?? 0) / MIB).toFixed(1)} MB of 256`)
      expect(sidecar?.peak).toBeLessThanOrEqual(256 * MIB)
    })

    it('a plain main: its options, its library and its heap, with JAVA_OPTS of the user behind ours', async () => {
      const port = await freePort()
      const app = apps.explode(`plain-${version}`, path('small'), {
        'sidecars.yml': `
sidecars: [{name: helper, memory: 128M, command: sleep 1000}]
java:
  libraries: [{source: {path: extra/marker.jar}}]
  options: ["-Dours=first", ${JSON.stringify(HARD_OPTION)}]
`,
      })
      const droplet = apps.stage(app, version)
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
  },
)

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
