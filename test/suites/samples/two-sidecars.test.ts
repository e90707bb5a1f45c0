import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { afterEach, describe, expect, test } from 'vitest'
import type { Plan } from '../../../src/plan/plan.ts'
import { outputOf } from '../../support/command-line.ts'
import { temporaryFolder } from '../../support/files.ts'
import { rubyLike, samples } from '../../support/samples.ts'
import { missingForRuby } from './install.ts'
import { pastedFromManifest } from './pasted.ts'
import { RunningApp } from './running-app.ts'

const missing = missingForRuby()
const work = temporaryFolder()
const app = join(work, 'app')
const manifest = join(work, 'manifest.yml')
cpSync(join(samples, 'two-sidecars-app'), app, { recursive: true })
const asItStands = readFileSync(join(app, 'manifest.yml'), 'utf8')
const { block, rest } = pastedFromManifest(asItStands)
writeFileSync(join(app, 'sidecars.yml'), block)
writeFileSync(manifest, rest)

type Manifest = { applications: { sidecars: unknown }[] }
let running: RunningApp | undefined
afterEach(async () => {
  await running?.end()
  running = undefined
})

describe.skipIf(missing.length > 0)(
  `the manifest's two sidecars, pasted as they stand into sidecars.yml ${missing.join(', ')}`,
  () => {
    test('are valid, and refused while the manifest still declares them too', () => {
      outputOf('validate', app, '-f', manifest)
      const both = () => outputOf('validate', app, '-f', join(app, 'manifest.yml'))
      expect(both).toThrow(/authenticator/)
      expect(both).toThrow(/performance monitor/)
    })

    test('are planned beside the processes that they name', () => {
      const { processes } = JSON.parse(outputOf('plan', app, '--json')) as Plan
      const planned = processes.map(({ type, sidecars }) => [type, sidecars.map(({ name }) => name)])
      expect(Object.fromEntries(planned)).toEqual({
        web: ['authenticator', 'performance monitor'],
        worker: ['authenticator'],
      })
    })

    test('are staged as the manifest has them', () => {
      const output = join(work, 'staged')
      outputOf('stage', app, '-b', 'sidecar', '-b', rubyLike, '-o', output)
      const { sidecars } = JSON.parse(readFileSync(join(output, 'result.json'), 'utf8'))
      expect(sidecars).toEqual((load(asItStands) as Manifest).applications[0]?.sidecars)
    })

    test('run: both beside web, the authenticator alone beside worker, each crash under its own name', async () => {
      const options = ['-b', 'sidecar', '-b', rubyLike, '-f', manifest, '--max-restarts', '0']
      running = await RunningApp.start(app, ...options)
      await running.says(/WEB\/SIDECAR\/AUTHENTICATOR\/0\] OUT authenticator beside web/)
      await running.says(/WEB\/SIDECAR\/PERFORMANCE MONITOR\/0\] OUT resident: \d+ MB/)
      expect(Object.keys(running.pids)).toEqual(['web', 'authenticator', 'performance monitor'])
      // In the moment in which the app becomes healthy, the event names the failed check as well.
      await running.says(/Container became healthy/)
      process.kill(running.pid('performance monitor'), 'SIGKILL')
      await running.says(/"APP\/PROC\/WEB\/SIDECAR\/PERFORMANCE MONITOR: Exited with status 137"/)
      await running.end()

      running = await RunningApp.start(app, ...options, '--process', 'worker')
      await running.says(/WORKER\/SIDECAR\/AUTHENTICATOR\/0\] OUT authenticator beside worker/)
      await running.says(/PROC\/WORKER\/0\] OUT working/)
      expect(Object.keys(running.pids)).toEqual(['worker', 'authenticator'])
      process.kill(running.pid('authenticator'), 'SIGKILL')
      await running.says(/"APP\/PROC\/WORKER\/SIDECAR\/AUTHENTICATOR: Exited with status 137"/)
    })
  },
)
