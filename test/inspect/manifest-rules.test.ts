import { expect, test } from 'vitest'
import { checkAgainstManifest } from '../../src/inspect/manifest-rules.ts'
import { readAppManifest } from '../../src/manifest/app-manifest.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { sidecar, types } from '../support/shell-droplet.ts'

function problemsOf(processes: string): readonly string[] {
  const problems = new Problems()
  const manifest = readAppManifest(
    `applications:\n- name: a\n  processes:\n${processes}`,
    'manifest.yml',
    problems,
  )
  const sidecars = [sidecar('auth', { proxy: { wait: true }, processTypes: types('web', 'worker') })]
  const java = { agents: [], libraries: [], options: [] }
  if (manifest) checkAgainstManifest({ sidecars, java, processes: [] }, { manifest }, problems)
  return problems.sorted().map(describeProblem)
}

test('a proxy of a process type that the manifest gives no port is an error', () => {
  const said = [
    'sidecars.yml:1:1: auth is a proxy of worker, to which the manifest gives no port (manifest.yml:4); leave worker out of process_types, or give it health-check-type: port',
  ]
  expect(problemsOf('  - type: worker\n').map((each) => each.replace(/4:\d+/, '4'))).toEqual(said)
  expect(problemsOf('  - type: worker\n    health-check-type: process\n')).toEqual(said)
})

test('a proxy of web, or of a type with a port check, is accepted', () => {
  expect(problemsOf('  - type: web\n    health-check-type: process\n')).toEqual([])
  expect(problemsOf('  - type: worker\n    health-check-type: http\n')).toEqual([])
})
