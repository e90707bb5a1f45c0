import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { checkJvmForJars, type JvmSurrounding } from '../../src/inspect/jvm-for-jars.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { temporaryFolder } from '../support/files.ts'

const JAR = 'source: {path: sidecars/geo.jar}'

function check(surrounding: Partial<JvmSurrounding>, entry = JAR): readonly string[] {
  const problems = new Problems()
  const SIDECARS_CONFIG = `sidecars: [{name: geo, memory: 256M, ${entry}}]`
  const { configuration } = readConfiguration(
    { appDir: '/nowhere', env: { SIDECARS_CONFIG } },
    new Problems(),
  )
  const around = { buildpacks: [], isJavaApp: false, env: {}, earlier: [], ...surrounding }
  checkJvmForJars(configuration, around, problems)
  return problems.sorted().map((each) => `${each.severity}: ${describeProblem(each)}`)
}

describe('a jar sidecar', () => {
  it('gets a warning where no buildpack is known to provide a JVM', () => {
    expect(check({ buildpacks: ['sidecar_buildpack', 'ruby_buildpack'] })).toEqual([
      'warning: $SIDECARS_CONFIG:1:19: sidecar geo is a jar and requires a JVM, but ruby_buildpack is not known to provide one; add a buildpack that puts java on PATH, or set JAVA_HOME in its env',
    ])
    expect(check({})).toEqual([expect.stringContaining('no known buildpack provides one')])
  })

  it.each([
    ['the list has a Java buildpack', { buildpacks: ['sidecar_buildpack', 'java_buildpack'] }],
    ['the list has a fork of it', { buildpacks: ['https://github.com/acme/java-buildpack.git#v4.77'] }],
    ['detection takes a Java app', { isJavaApp: true }],
    ['the app sets JAVA_HOME', { env: { JAVA_HOME: '/home/vcap/app/jre' } }],
  ])('gets none where %s', (_title, surrounding) => {
    expect(check(surrounding)).toEqual([])
  })

  it('gets none where an earlier buildpack left java, or the sidecar sets JAVA_HOME', () => {
    const depsDir = temporaryFolder({ '0/bin/java': '#!/bin/sh\n' })
    expect(check({ depsDir, earlier: ['0'] })).toEqual([])
    mkdirSync(join(depsDir, '1'))
    expect(check({ depsDir, earlier: ['1'] })).toHaveLength(1)
    expect(check({}, `${JAR}, env: {JAVA_HOME: /jre}`)).toEqual([])
  })
})

it('a sidecar that is not a jar, or has a command, gets no warning', () => {
  expect(check({}, 'source: {path: sidecars/geo}')).toEqual([])
  expect(check({}, `${JAR}, command: ./run`)).toEqual([])
})
