import { expect, test } from 'vitest'
import { silentLog } from '../../src/log/log.ts'
import { release } from '../../src/phases/release.ts'
import { temporaryFolder } from '../support/files.ts'

function released(SIDECARS_CONFIG: string): string {
  const folder = temporaryFolder()
  const env = { SIDECARS_CONFIG }
  return release({ buildDir: folder, buildpackDir: folder, buildpackName: 'x', env, log: silentLog })
}

test('release fails rather than lose the sidecars, and says what to write', () => {
  expect(() => released('sidecars: [{name: a, command: x}, {name: b, command: x}]')).toThrow(
    "Cloud Foundry did not read this buildpack's launch.yml, so the sidecars (a, b) would not run; list the buildpacks in the manifest instead of using detection: buildpacks: [sidecar_buildpack]",
  )
})

test('release refuses an invalid configuration', () => {
  expect(() => released('zzz: 1')).toThrow('$SIDECARS_CONFIG:1:1: unknown key zzz; valid keys')
})

test.each([
  ['processes: {web: "run: #it", worker: y}', '\n  "web": "run: #it"\n  "worker": "y"\n'],
  ['sidecars: [{name: a, command: x, when: {env: NEVER}}]', ' {}\n'],
])('release gives the processes of an app without sidecars: %s', (config, processes) => {
  expect(released(config)).toBe(`default_process_types:${processes}`)
})
