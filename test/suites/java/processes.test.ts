import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { calculateMemory } from '../../../src/java/calculators/memory-calculator.ts'
import { metaspaceOption } from '../../../src/java/calculators/regions.ts'
import type { Plan } from '../../../src/plan/plan.ts'
import { outputOf } from '../../support/command-line.ts'
import { buildWholeCalculator, compiledJar, jacocoAgent } from '../../support/java/real-parts.ts'
import { noCgroups } from '../../support/memory-cgroup.ts'
import { Apps, HARD_OPTION, type JavaBuildpack, lacking, pathOf } from './apps.ts'
import { launched } from './launched.ts'

const parts = { jacoco: jacocoAgent(), calculator: buildWholeCalculator(), report: compiledJar('Report') }
const why = lacking(parts)
const skipped = why.length > 0 ? `: skipped, ${why.join('; ')}` : ''
const unlimited = noCgroups()

const apps = new Apps()
afterAll(() => apps.remove())

const app = (name: string, files = {}) =>
  apps.explode(name, pathOf(parts.report), {
    'sidecars.yml': `
sidecars: [{name: helper, memory: 256M, command: java -cp . Report}]
java:
  agents: [{source: {path: extra/jacoco.jar}, options: "destfile=/dev/null,output=none"}]
  libraries: [{source: {path: extra/marker.jar}}]
  options: [${JSON.stringify(HARD_OPTION.replaceAll('$', '$$$$'))}]
`,
    'extra/jacoco.jar': pathOf(parts.jacoco),
    ...files,
  })

const agentsIn = (lines: readonly string[]) =>
  lines.filter((each) => /^-javaagent:.*jacoco\.jar=dest/.test(each))
const optionsIn = (lines: readonly string[]) => lines.filter((each) => each.startsWith('-Dfeature'))

describe.skipIf(why.length > 0)('processes of one app, whose sidecar takes 256 MB of 1 GB', () => {
  describe.each<JavaBuildpack>(['4', '5'])(`under Java buildpack %s.x${skipped}`, (version) => {
    const made = why.length > 0 ? '' : app(`report-${version}`)
    const droplet = made && apps.stage(made, version)
    const java = made ? (JSON.parse(outputOf('plan', made, '--json')) as Plan).java : undefined
    /** What a JVM gets in so many MB: room for the agent's classes, and what the calculator gives besides. */
    const regions = (memory: number) => {
      const room = metaspaceOption((java?.loadedClasses ?? 0) + (java?.addedClasses ?? 0))
      const outcome = calculateMemory(5, {
        totalMemory: `${memory}m`,
        headRoom: 0,
        loadedClassCount: java?.loadedClasses ?? 0,
        threadCount: java?.threads ?? 0,
        jvmOptions: room,
      })
      return outcome.kind === 'fits' ? [room, ...outcome.options.split(' ')] : []
    }

    it.each([
      ['web, where the platform subtracts', 'web', 768, 768],
      ['web, where it does not', 'web', 1024, 768],
      ['worker, which has no sidecar', 'worker', 1024, 1024],
      ['a task', undefined, 1024, 1024],
    ])(
      `%s (%s, %d MB): agent, library and option once, and a heap out of %d MB${unlimited ? `: heap not looked at, ${unlimited}` : ''}`,
      async (_, type, memoryLimit, jvmMemory) => {
        const lines = await launched(droplet, { ...(type && { type }), memoryLimit }, 1024)
        expect(agentsIn(lines)).toHaveLength(1)
        expect(optionsIn(lines)).toEqual([HARD_OPTION])
        expect(lines).toContain('library true')
        if (!unlimited) expect(lines).toEqual(expect.arrayContaining(regions(jvmMemory)))
      },
    )

    it('a task with its own command, which does not use JAVA_OPTS', async () => {
      const java = version === '5' ? 'java' : '.java-buildpack/open_jdk_jre/bin/java'
      const lines = await launched(droplet, { command: `${java} Report`, memoryLimit: 1024 }, 1024)
      expect(agentsIn(lines)).toHaveLength(1)
      expect(optionsIn(lines)).toEqual([HARD_OPTION])
    })
  })

  describe(`under a final buildpack of another kind${skipped}`, () => {
    /** It has only a compile script, and starts the app so. */
    const buildpack = (command: string) => {
      const folder = mkdtempSync(join(apps.folder, 'other-'))
      mkdirSync(join(folder, 'bin'))
      const release = `#!/bin/bash\ncat <<'YAML'\ndefault_process_types: {web: ${JSON.stringify(command)}}\nYAML\n`
      for (const [script, text] of [
        ['detect', '#!/bin/bash\necho other\n'],
        ['compile', '#!/bin/bash\n'],
        ['release', release],
      ] as const) {
        writeFileSync(join(folder, 'bin', script), text)
        chmodSync(join(folder, 'bin', script), 0o755)
      }
      return ['-b', folder]
    }
    const start = '#!/bin/bash\neval exec java $JAVA_OPTS Report\n'

    it.each([
      ['evaluates JAVA_OPTS', 'eval exec java $JAVA_OPTS Report'],
      ['has a script that does', 'bash start.sh'],
      ['knows nothing of JAVA_OPTS', 'exec java Report'],
      ['has a script that knows nothing of it', './plain.sh'],
    ])('which %s: agent and option once, and none on the sidecar', async (name, command) => {
      const files = { 'start.sh': start, 'plain.sh': '#!/bin/bash\njava Report\n' }
      const made = app(`other-${name.replaceAll(' ', '-')}`, files)
      chmodSync(join(made, 'plain.sh'), 0o755)
      const droplet = apps.stageWith(made, buildpack(command))
      const lines = await launched(droplet, { type: 'web', memoryLimit: 768 }, 1024)
      expect(agentsIn(lines)).toHaveLength(1)
      expect(optionsIn(lines)).toEqual([HARD_OPTION])
      expect(lines).toContain('library true')

      const sidecar = '"$DEPS_DIR"/0/start/helper'
      const beside = await launched(droplet, { command: sidecar, type: 'web', memoryLimit: 256 }, 1024)
      expect(beside).toContain('library false')
      expect([...agentsIn(beside), ...optionsIn(beside)]).toEqual([])
    })
  })
})
