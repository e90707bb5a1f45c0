import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import AdmZip from 'adm-zip'
import { afterAll, describe, expect, it } from 'vitest'
import type { Plan } from '../../../src/plan/plan.ts'
import { outputOf } from '../../support/command-line.ts'
import { ROOT } from '../../support/files.ts'
import { buildWholeCalculator, compiledJar, tomcat } from '../../support/java/real-parts.ts'
import { Apps, type JavaBuildpack, missing, pathOf } from './apps.ts'
import { launched } from './launched.ts'

const CLASSES = 20_000
const parts = { calculator: buildWholeCalculator(), tomcat: tomcat(), app: compiledJar('Report') }
const why = missing(parts)
const apps = new Apps()
afterAll(() => apps.remove())

/** A jar whose premain loads 20,000 classes of it. */
function agentJar(): string {
  const folder = join(apps.folder, 'agent')
  mkdirSync(folder, { recursive: true })
  const sources = ['RoomAgent', 'M000000'].map((name) => join(ROOT, `test/suites/java/${name}.java`))
  execFileSync('javac', ['--release', '11', '-d', folder, ...sources], { stdio: 'pipe' })
  const template = readFileSync(join(folder, 'M000000.class'), 'latin1')
  const jar = new AdmZip()
  jar.addFile(
    'META-INF/MANIFEST.MF',
    Buffer.from('Manifest-Version: 1.0\r\nPremain-Class: RoomAgent\r\n\r\n'),
  )
  jar.addFile('RoomAgent.class', readFileSync(join(folder, 'RoomAgent.class')))
  for (let at = 0; at < CLASSES; at++) {
    const name = `M${String(at).padStart(6, '0')}`
    jar.addFile(`${name}.class`, Buffer.from(template.replaceAll('M000000', name), 'latin1'))
  }
  const file = join(apps.folder, 'agent.jar')
  jar.writeZip(file)
  return file
}

describe.skipIf(why.length > 0)(
  `an agent of 20,000 loaded classes${why.length > 0 ? `: skipped, ${why}` : ''}`,
  () => {
    const agent = why.length > 0 ? '' : agentJar()
    it.each<JavaBuildpack>(['4', '5'])(
      'beside a small app under Java buildpack %s.x needs the room it gets',
      async (version) => {
        const app = apps.explode(`report-${version}`, pathOf(parts.app), {
          'sidecars.yml': 'java: {agents: [{source: {path: sidecars/agent.jar}}]}\n',
          'sidecars/agent.jar': agent,
        })
        const { java } = JSON.parse(outputOf('plan', app, '--json')) as Plan
        expect(java?.addedClasses).toBeGreaterThan(CLASSES / 2)
        const droplet = apps.stage(app, version)
        const web = { type: 'web', memoryLimit: 1024 }
        expect(await launched(droplet, web, 1024)).toContain(`loaded ${CLASSES}`)

        const result = JSON.parse(readFileSync(join(dirname(droplet), 'result.json'), 'utf8')) as {
          process_types: Record<string, string>
        }
        // What the calculator gives without: the class count is the one in the start command.
        const start = result.process_types.web ?? ''
        const counted = Number(/--loaded-class-count=(\d+)/.exec(start)?.[1])
        const calculated = `-XX:MaxMetaspaceSize=${Math.floor((counted * 5800 + 14_000_000) / 1024)}K`
        const command = `JAVA_OPTS="$JAVA_OPTS ${calculated}" && ${start}`
        await expect(launched(droplet, { ...web, command }, 1024)).rejects.toThrow(/Metaspace/)
      },
      180_000,
    )
  },
)
