import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import { metaspaceOption } from '../../../src/java/calculators/regions.ts'
import type { Plan } from '../../../src/plan/plan.ts'
import { AppRun } from '../../support/app-run.ts'
import { outputOf } from '../../support/command-line.ts'
import { ROOT } from '../../support/files.ts'
import { freePort } from '../../support/free-port.ts'
import {
  buildWholeCalculator,
  compiledJar,
  jacocoAgent,
  openTelemetryAgent,
  springBootJar,
  wiremock,
} from '../../support/java/real-parts.ts'
import { requests } from '../../support/requests.ts'
import { Apps, get, HARD_OPTION, type JavaBuildpack, lacking, pathOf } from './apps.ts'

const MIB = 1024 ** 2
const REQUESTS = count(500, 2000)
const parts = {
  app: springBootJar(),
  wiremock: wiremock(),
  openTelemetry: openTelemetryAgent(),
  jacoco: jacocoAgent(),
  calculator: buildWholeCalculator(),
  small: compiledJar('SmallServer'),
}
const why = lacking(parts)
const title = why.length > 0 ? `: skipped, ${why.join('; ')}` : ''
const path = (name: keyof typeof parts) => pathOf(parts[name])

const apps = new Apps()
let running: AppRun | undefined

/** Records a figure of WireMock beside Spring Boot. @returns whether it holds */
function hold(version: JavaBuildpack, measure: string, value: number, unit: string, atMost: number): boolean {
  const where = `WireMock (256 MB) beside Spring Boot in 1 GB, Java buildpack ${version}.x, ${REQUESTS} requests to both`
  return measured({ area: 'java', measure: `${where}: ${measure}`, value, unit, atMost })
}

/** What the published calculator prints for the app of 1 GB whose sidecar takes 256 MB. */
function realCalculation({ java }: Plan, jvmOptions: string): string {
  // The profile.d script sizes the metaspace for the classes of agents too.
  const room = metaspaceOption((java?.loadedClasses ?? 0) + (java?.addedClasses ?? 0))
  const options = [
    '--total-memory=768m',
    `--loaded-class-count=${java?.loadedClasses}`,
    `--thread-count=${java?.threads}`,
    `--jvm-options=${java?.addedClasses ? `${room} ` : ''}${jvmOptions}`,
  ]
  return execFileSync(path('calculator'), options).toString()
}

/** KiB, of the last `-Xmx`. */
function heapOf(options: string): number {
  const [, number, unit] = /.*-Xmx(\d+)([KMG])/s.exec(options) ?? []
  return Number(number) * (unit === 'G' ? 1024 ** 2 : unit === 'M' ? 1024 : 1)
}

beforeAll(() => {
  execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), '--quiet'], { stdio: 'inherit' })
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
    - ${JSON.stringify(HARD_OPTION.replaceAll('$', '$$$$'))}
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
      const planned = JSON.parse(outputOf('plan', app, '--json')) as Plan
      running = new AppRun(apps.stage(app, version), '--memory', '1G', '--port', String(port))
      const [url, mock] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${mockPort}/`]
      await running.answers(url)
      await running.answers(mock)
      const answered = await Promise.all([requests(url, REQUESTS), requests(mock, REQUESTS)])
      expect(answered).toEqual([REQUESTS, REQUESTS])
      const killed = running.log.match(/CRASHED|out of memory|Exit(ed with)? status/g)?.length ?? 0
      expect(hold(version, 'processes that ended', killed, 'processes', 0)).toBe(true)

      const { options } = JSON.parse(await get(`${url}/jvm`)) as { options: string[] }
      expect(options.join(' ')).toContain(planned.processes[0]?.jvm?.options)
      const heap = heapOf(options.join(' '))
      const calculated = heapOf(realCalculation(planned, HARD_OPTION))
      const off = Math.abs(heap - calculated)
      expect(hold(version, "the app's heap beside what the calculator gives for 768M", off, 'KiB', 0)).toBe(
        true,
      )
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
      const peak = (sidecar?.peak ?? Number.POSITIVE_INFINITY) / MIB
      expect(hold(version, 'peak resident size of WireMock', peak, 'MB', 256)).toBe(true)
    })

    it('a plain main: its options, its library and its heap, with JAVA_OPTS of the user behind ours', async () => {
      const port = await freePort()
      const app = apps.explode(`plain-${version}`, path('small'), {
        'sidecars.yml': `
sidecars: [{name: helper, memory: 128M, command: sleep 1000}]
java:
  libraries: [{source: {path: extra/marker.jar}}]
  options: ["-Dours=first", ${JSON.stringify(HARD_OPTION.replaceAll('$', '$$$$'))}]
`,
      })
      const droplet = apps.stage(app, version)
      running = new AppRun(droplet, '--port', String(port), '--env', 'JAVA_OPTS=-Dours=last -Duser=on')
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
      const planned = JSON.parse(outputOf('plan', app, '--json')) as Plan
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
      expect(spawnSync('bash', ['-n', join(ROOT, `fixtures/java-buildpack-${script}`)]).status).toBe(0)
    }
  },
)
