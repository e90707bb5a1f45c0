import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { countClassesInArchive, countClassesInFolder } from '../../../src/java/class-count.ts'
import { checkAgent, checkRunnable } from '../../../src/java/jar.ts'
import { withFile, withFileSync } from '../../../src/zip/byte-source.ts'
import {
  jacocoAgent,
  openTelemetryAgent,
  type Part,
  springBootJar,
  wiremock,
} from '../../support/java/real-parts.ts'
import { installed } from '../../support/programs.ts'

const check = (part: Part, use: typeof checkAgent, java?: number) => () => {
  if ('path' in part) withFileSync(part.path, 'the.jar', (source) => use(source, java))
}
const why = (part: Part) => ('skipped' in part ? `: skipped, ${part.skipped}` : '')

describe('real jars', () => {
  const openTelemetry = openTelemetryAgent()
  it.skipIf(why(openTelemetry))(`the OpenTelemetry agent is one, from Java 8 on${why(openTelemetry)}`, () => {
    expect(check(openTelemetry, checkAgent, 17)).not.toThrow()
    expect(check(openTelemetry, checkAgent, 8)).not.toThrow()
    expect(check(openTelemetry, checkAgent, 7)).toThrow('needs Java 8')
  })

  const jacoco = jacocoAgent()
  it.skipIf(why(jacoco))(`the JaCoCo agent is one${why(jacoco)}`, () => {
    expect(check(jacoco, checkAgent, 17)).not.toThrow()
    expect(check(jacoco, checkRunnable, 17)).toThrow(/no Main-Class/)
  })

  const mock = wiremock()
  it.skipIf(why(mock))(`WireMock is no agent, and needs Java 11${why(mock)}`, () => {
    expect(check(mock, checkAgent)).toThrow(/is not a Java agent/)
    expect(check(mock, checkRunnable, 17)).not.toThrow()
    expect(check(mock, checkRunnable, 8)).toThrow('needs Java 11')
  })

  const app = springBootJar()
  const skipped = why(app) || (installed('unzip') ? '' : ': skipped, no unzip on this machine')
  it.skipIf(skipped)(
    `a Spring Boot jar has as many classes as unzip lists in it and its jars${skipped}`,
    async () => {
      if ('skipped' in app) return
      const directory = mkdtempSync(join(tmpdir(), 'boot-'))
      execFileSync('unzip', ['-q', app.path, '-d', directory])
      const script =
        '{ find . -name "*.class" -o -name "*.groovy"; find . -name "*.jar" -exec unzip -l {} \\; | grep -E "\\.(class|groovy)$"; } | wc -l'
      const listed = Number(
        execFileSync('bash', ['-c', script], { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] }),
      )
      expect(countClassesInFolder(directory)).toEqual({ classes: listed, unreadable: [] })
      expect(await withFile(app.path, 'app.jar', countClassesInArchive)).toEqual({
        classes: listed,
        unreadable: [],
      })
      rmSync(directory, { recursive: true })
    },
  )
})
