import { execFileSync } from 'node:child_process'
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { outputOf } from '../../support/command-line.ts'
import { temporaryFolder } from '../../support/files.ts'
import { javaBuildpackOptions } from '../../support/java/java-buildpack.ts'
import { buildWholeCalculator } from '../../support/java/real-parts.ts'
import { configServer, springBootJars } from '../../support/samples.ts'
import { RunningApp } from './running-app.ts'

const parts = { jar: springBootJars().jar, server: configServer(), calculator: buildWholeCalculator() }
const missing = Object.values(parts).flatMap((part) => ('skipped' in part ? [part.skipped] : []))
const path = (name: keyof typeof parts) => ('path' in parts[name] ? parts[name].path : '')
const CONFIGURATION = { Scope: 'demo-service.admin', Password: 'not-a-real-secret' }

const work = temporaryFolder()
let running: RunningApp | undefined
afterEach(async () => {
  await running?.end()
  running = undefined
})

const sidecarsYml = (memory: string) => `sidecars:
  - name: config-server
    process_types: [ 'web' ]
    source: {path: config-server}
    ${memory}
`

/** The jar with the binary and sidecars.yml in it, by the command that the reader types. */
function bundled(name: string, memory: string): string {
  const jar = join(work, `${name}.jar`)
  const config = join(work, `${name}.yml`)
  copyFileSync(path('jar'), jar)
  copyFileSync(path('server'), join(work, 'config-server'))
  writeFileSync(config, sidecarsYml(memory))
  outputOf('bundle', jar, '--sidecar', join(work, 'config-server'), '--config', config)
  return jar
}

describe.skipIf(missing.length > 0)(
  `the Spring Boot jar with the config server bundled into it ${missing.join(', ')}`,
  () => {
    test.each(['4', '5'])(
      'under Java buildpack %s.x: exploded at 0744, staged at 0755, the heap leaves 256 MB, /config answers',
      async (version) => {
        const kept = join(work, `staged-${version}`)
        running = await RunningApp.start(
          bundled(`app-${version}`, 'memory: 256MB'),
          '-b',
          'sidecar',
          ...javaBuildpackOptions(version, path('calculator')),
          '--memory',
          '1G',
          '--keep',
          kept,
        )
        expect(await running.configuration()).toEqual(CONFIGURATION)
        await running.says(/SIDECAR\/CONFIG-SERVER\/0\] OUT config-server: GET \/config\//)
        const listing = execFileSync('tar', ['-tvzf', join(kept, 'droplet.tgz')], { maxBuffer: 1 << 26 })
        const modes = listing
          .toString()
          .split('\n')
          .filter((line) => /\/(app|sidecars\/config-server)\/config-server$/.test(line))
        expect(modes.map((line) => `${line.slice(0, 10)} ${line.split(' ').at(-1)}`)).toEqual([
          '-rwxr--r-- ./app/config-server',
          '-rwxr-xr-x ./deps/0/sidecars/config-server/config-server',
        ])
        // All regions that the calculator hands out are within what the sidecar leaves.
        const [, line = ''] = await running.says(/JVM Memory Configuration: (.*)/)
        const sizes = [...line.matchAll(/-(?:Xmx|XX:\w+=)(\d+)([KM])/g)].map(
          ([, size, unit]) => Number(size) * (unit === 'M' ? 1024 : 1),
        )
        const stacks = 250 * 1024
        expect(sizes).toHaveLength(4)
        // Each is cut down to whole KiB.
        const sum = sizes.reduce((total, each) => total + each, stacks)
        expect(768 * 1024 - sum).toBeOneOf([0, 1, 2, 3])
      },
    )

    test('without memory for the sidecar bundle and staging refuse, and say what to write', () => {
      const refusal =
        /sidecars\.yml:2:11: sidecar config-server has no memory, .*; add for example memory: 64M/
      expect(() => bundled('no-memory', '')).toThrow(refusal)
      const exploded = join(work, 'no-memory')
      execFileSync('unzip', ['-q', path('jar'), '-d', exploded])
      copyFileSync(path('server'), join(exploded, 'config-server'))
      writeFileSync(join(exploded, 'sidecars.yml'), sidecarsYml(''))
      const java = javaBuildpackOptions('5', path('calculator'))
      const stage = () => outputOf('stage', exploded, '-b', 'sidecar', ...java, '-o', join(work, 'x'))
      expect(stage).toThrow(refusal)
    })
  },
)
