import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import { outputOf } from '../../support/command-line.ts'
import { temporaryFolder } from '../../support/files.ts'
import { javaBuildpackOptions } from '../../support/java/java-buildpack.ts'
import { buildWholeCalculator, wiremock } from '../../support/java/real-parts.ts'
import { noCgroups } from '../../support/memory-cgroup.ts'
import { requests } from '../../support/requests.ts'
import { springBootJars } from '../../support/samples.ts'
import { RunningApp } from './running-app.ts'

const MIB = 1024 ** 2
const REQUESTS = count(500, 2000)
const parts = { jar: springBootJars().jar, wiremock: wiremock(), calculator: buildWholeCalculator() }
const missing = Object.values(parts).flatMap((part) => ('skipped' in part ? [part.skipped] : []))
const without = noCgroups()
if (without) missing.push(without)
const path = (name: keyof typeof parts) => ('path' in parts[name] ? parts[name].path : '')
const CONFIGURATION = { Scope: 'demo-service.admin', Password: 'from WireMock' }

const SIDECARS = `sidecars:
  - name: config-server
    process_types: [web]
    memory: 256MB
    source: {path: wiremock.jar}
    args: ["--port", "$CONFIG_SERVER_PORT", "--root-dir", wiremock]
`
const MAPPING = {
  request: { method: 'GET', urlPath: '/config/' },
  response: { status: 200, jsonBody: CONFIGURATION, headers: { 'Content-Type': 'application/json' } },
}

const work = temporaryFolder()
let running: RunningApp | undefined
afterEach(async () => {
  await running?.end()
  running = undefined
})

function bundled(): string {
  const jar = join(work, 'app.jar')
  cpSync(path('jar'), jar)
  mkdirSync(join(work, 'wiremock/mappings'), { recursive: true })
  writeFileSync(join(work, 'wiremock/mappings/config.json'), JSON.stringify(MAPPING))
  const config = join(work, 'sidecars.yml')
  writeFileSync(config, SIDECARS)
  const files = [`${path('wiremock')}=wiremock.jar`, join(work, 'wiremock')]
  outputOf('bundle', jar, ...files.flatMap((each) => ['--sidecar', each]), '--config', config)
  return jar
}

describe.skipIf(missing.length > 0)(
  `the Spring Boot jar with a WireMock jar beside it ${missing.join(', ')}`,
  () => {
    test.each(['4', '5'])(
      `under Java buildpack %s.x: ${REQUESTS} answers of /config through 256 MB in a container of 1 GB that the kernel holds`,
      async (version) => {
        running = await RunningApp.start(
          bundled(),
          '-b',
          'sidecar',
          ...javaBuildpackOptions(version, path('calculator')),
          '--memory',
          '1G',
        )
        // WireMock may be up after the app: the order is nobody's promise.
        expect(await running.configuration()).toEqual(CONFIGURATION)
        expect(running.shown?.memory).toEqual({ limit: 1024, by: 'cgroup' })
        expect(await requests(`http://127.0.0.1:${running.port}/config`, REQUESTS)).toBe(REQUESTS)
        expect(await running.configuration()).toEqual(CONFIGURATION)
        expect(running.shown).toMatchObject({ crashes: 0, state: 'running' })
        expect(running.log).not.toMatch(/CRASHED|out of memory/)

        const [sidecar, ...others] = running.jvms('wiremock.jar')
        expect(others).toEqual([])
        const peak = (sidecar?.peak ?? 0) / MIB
        expect(peak).toBeGreaterThan(32)
        const holds = measured({
          area: 'samples',
          measure: `WireMock beside Spring Boot, Java buildpack ${version}.x: peak resident of its 256 MB`,
          value: peak,
          unit: 'MB',
          atMost: 256,
        })
        expect(holds).toBe(true)
      },
    )
  },
)
