import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { fullCounts } from '../../../bench/measures.mjs'
import type { Plan } from '../../../src/plan/plan.ts'
import { AppRun } from '../../support/app-run.ts'
import { outputOf } from '../../support/command-line.ts'
import { freePort } from '../../support/free-port.ts'
import {
  buildWholeCalculator,
  compiledJar,
  executableWar,
  jacocoAgent,
  plainWar,
  springBoot2Jar,
  tomcat,
} from '../../support/java/real-parts.ts'
import { Apps, get, HARD_OPTION, type JavaBuildpack, lacking, pathOf } from './apps.ts'

const parts = {
  jar: springBoot2Jar(),
  executable: executableWar(),
  plain: plainWar(),
  tomcat: tomcat(),
  jacoco: jacocoAgent(),
  calculator: buildWholeCalculator(),
  small: compiledJar('SmallServer'),
}
const why = lacking(parts)
const skipped = why.length > 0 ? `: skipped, ${why.join('; ')}` : ''

/** The JVM's main class tells what was run. */
const TOMCAT = 'org.apache.catalina.startup.Bootstrap'
type Layout = readonly [string, keyof typeof parts, JavaBuildpack, string, string]
const BOOT_2 = 'org.springframework.boot.loader'
const everyDay: readonly Layout[] = [
  ['a Spring Boot 2 jar', 'jar', '4', `${BOOT_2}.JarLauncher`, 'spring-boot'],
  ['a war that runs by itself', 'executable', '4', `${BOOT_2}.WarLauncher`, 'war'],
  ['a war', 'executable', '5', TOMCAT, 'war'],
]
/** Little that the others do not show. */
const besides: readonly Layout[] = [
  ['a Spring Boot 2 jar', 'jar', '5', `${BOOT_2}.JarLauncher`, 'spring-boot'],
  ['a war', 'plain', '4', TOMCAT, 'war'],
]
const layouts = fullCounts ? [...everyDay, ...besides] : everyDay

const apps = new Apps()
let running: AppRun | undefined
afterEach(async () => {
  await running?.end()
  running = undefined
})
afterAll(() => apps.remove())

describe.skipIf(why.length > 0)('agent, library and option arrive once, on the JVM of the app alone', () => {
  it.each(layouts)(
    `%s (%s) under Java buildpack %s.x, run by %s${skipped}`,
    async (_, part, version, main, layout) => {
      const [port, sidecarPort] = [await freePort(), await freePort()]
      const app = apps.explode(`${part}-${version}`, pathOf(parts[part]), {
        'sidecars.yml': `
sidecars:
  - name: small
    memory: 96M
    source: {path: extra/small.jar}
    args: ["${sidecarPort}"]
java:
  agents: [{source: {path: extra/jacoco.jar}, options: "destfile=/dev/null,output=none"}]
  libraries: [{source: {path: extra/marker.jar}}]
  options: [${JSON.stringify(HARD_OPTION.replaceAll('$', '$$$$'))}]
`,
        'extra/jacoco.jar': pathOf(parts.jacoco),
        'extra/small.jar': pathOf(parts.small),
      })
      const planned = JSON.parse(outputOf('plan', app, '--json')) as Plan
      expect(planned.java?.layout).toBe(layout)
      running = new AppRun(apps.stage(app, version), '--memory', '1G', '--port', String(port))
      const url = `http://127.0.0.1:${port}`
      await running.answers(url)
      await running.answers(`http://127.0.0.1:${sidecarPort}/`)

      const [jvm, ...others] = running.jvms(main)
      expect(others).toEqual([])
      expect(jvm?.words.filter((each) => each.startsWith('-javaagent:'))).toEqual([
        expect.stringMatching(/\/java\/agent-0\/jacoco\.jar=destfile=\/dev\/null,output=none$/),
      ])
      expect(jvm?.words.filter((each) => each.startsWith('-Dfeature'))).toEqual([HARD_OPTION])
      expect(jvm?.words.join(' ')).toContain(planned.processes[0]?.jvm?.options)
      expect(await get(`${url}/resource?name=marker.txt`)).toBe('1')

      const [sidecar] = running.jvms('small.jar')
      expect(sidecar?.words.filter((each) => /javaagent|feature/.test(each))).toEqual([])
      expect(await get(`http://127.0.0.1:${sidecarPort}/resource/marker.txt`)).toBe('false')
    },
  )
})
