import { expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { checkCarried } from '../../src/inspect/carried-rules.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { temporaryFolder } from '../support/files.ts'
import { jar, manifest } from '../support/jars.ts'

it.each([
  ['a sidecar named task', '{name: task, command: x}', /^warning: .*process type named task/],
  [
    'a sidecar for tasks',
    '{name: a, command: x, process_types: [task]}',
    /^warning: .*tasks have no sidecars/,
  ],
  ['a port of the platform', '{name: a, command: x, wait_for: {port: 61001}}', /^error: .*port 61001/],
  [
    'a proxy of a process without port',
    '{name: a, command: x, process_types: [worker], proxy: true}',
    /^warning: .*no port/,
  ],
  ['a misspelt variable', '{name: a, command: x, env: {P: "$VCAP_SERVICE"}}', /^warning: .*VCAP_SERVICES/],
  ['a jar that java cannot run', '{name: a, memory: 256M, source: {path: a.jar}}', /^error: .*Main-Class/],
  [
    'too little memory for a JVM',
    '{name: a, memory: 16M, source: {path: b.jar}}',
    /^error: .*not enough memory for a JVM/,
  ],
])('reports %s as staging does', (_title, entry, said) => {
  const directory = temporaryFolder({
    'a.jar': jar({ 'META-INF/MANIFEST.MF': manifest('X: y') }),
    'b.jar': jar({ 'META-INF/MANIFEST.MF': manifest('Main-Class: a.B'), 'a/B.class': '' }),
  })
  const SIDECARS_CONFIG = `sidecars: [${entry}]`
  const read = readConfiguration({ appDir: directory, env: { SIDECARS_CONFIG } }, new Problems())
  const problems = new Problems()
  checkCarried(read, directory, problems)
  expect(problems.sorted().map((each) => `${each.severity}: ${describeProblem(each)}`)).toContainEqual(
    expect.stringMatching(said),
  )
})

it('says nothing of process types, which the app declares', () => {
  const SIDECARS_CONFIG = 'sidecars: [{name: a, command: x, process_types: [worker]}]'
  const read = readConfiguration({ appDir: '/nowhere', env: { SIDECARS_CONFIG } }, new Problems())
  const problems = new Problems()
  checkCarried(read, '/nowhere', problems)
  expect(problems.sorted()).toEqual([])
})
