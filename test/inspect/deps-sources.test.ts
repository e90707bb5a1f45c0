import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { checkDepsSources } from '../../src/inspect/deps-sources.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { temporaryFolder } from '../support/files.ts'

const DEPS = temporaryFolder({ '0/opt/agent/bin/agent': '#!/bin/sh\n' })

function check(entry: string): readonly string[] {
  const problems = new Problems()
  const SIDECARS_CONFIG = `sidecars: [{name: one, ${entry}}]`
  const { configuration } = readConfiguration(
    { appDir: join(DEPS, 'app'), env: { SIDECARS_CONFIG } },
    new Problems(),
  )
  checkDepsSources(configuration, DEPS, '1', problems)
  return problems.sorted().map((each) => `${each.severity}: ${describeProblem(each)}`)
}

it('warns about a directory that is to be started', () => {
  expect(check('source: {deps: opt/agent}')).toEqual([
    'warning: $SIDECARS_CONFIG:1:32: sidecar one cannot start deps/0/opt/agent, which is a directory; set `executable` to a file in it',
  ])
})

it.each([
  'source: {deps: opt/agent, executable: bin/agent}',
  'source: {deps: opt/agent}, command: bin/agent',
  'source: {deps: opt/agent/bin/agent}',
])('accepts %s', (entry) => {
  expect(check(entry)).toEqual([])
})
