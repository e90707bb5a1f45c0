import { describe, expect, it } from 'vitest'
import type { JavaBuildpack } from '../../src/java/calculators/calculator.ts'
import { classFile, jar, manifest } from '../support/jars.ts'
import { check, mainApp } from '../support/java/checked-app.ts'

const sidecar = (memory: string) => `sidecars:\n  - name: helper\n    command: ./helper\n${memory}`

const NO_MEMORY = (name: string, memory: number) =>
  `sidecars.yml:2:11: sidecar ${name} has no memory, and the JVM of this Java app (Main-Class in its manifest) uses all that is left; add for example memory: ${memory}M`

describe('at staging, a Java app', () => {
  it('is refused when a sidecar has no memory, with a figure to start from', async () => {
    const { problems } = await check(sidecar(''))
    expect(problems).toEqual([NO_MEMORY('helper', 64)])
    expect((await check(sidecar(''), { buildpack: 5 })).buildpack).toBe(5)
    const little = { env: { MEMORY_LIMIT: '512m' } }
    expect((await check(sidecar(''), little)).problems).toEqual([NO_MEMORY('helper', 64)])
  })

  it('gets a larger suggestion for a sidecar that is a jar, also if it does not exist yet', async () => {
    const program = jar({ 'META-INF/MANIFEST.MF': manifest('Main-Class: A'), 'A.class': 'x' })
    const suggested = async (path: string, keys = '', text: string | Buffer = program) => {
      const files = { ...mainApp, 'extra/x.jar': text, 'extra/x': '#!/bin/sh' }
      return (await check(`sidecars:\n  - name: x\n    source: {path: extra/${path}}\n${keys}`, { files }))
        .problems
    }
    expect(await suggested('x.jar')).toEqual([NO_MEMORY('x', 256)])
    expect(await suggested('x.jar', '    env: {JAVA_OPTS: -Xmx300m}')).toEqual([NO_MEMORY('x', 400)])
    expect(await suggested('later.jar')).toEqual([NO_MEMORY('x', 256)])
    expect(await suggested('x', '    command: run')).toEqual([NO_MEMORY('x', 64)])
    expect(await suggested('x.jar', '', 'no jar')).toEqual([
      'sidecars.yml:2:11: extra/x.jar is not a zip archive, or its end is missing; use a jar that java -jar can run',
      NO_MEMORY('x', 256),
    ])
  })

  it('is fine with memory for each', async () => {
    const env = { MEMORY_LIMIT: '1024m' }
    expect(await check(sidecar('    memory: 64M'), { env })).toMatchObject({
      problems: [],
      app: { layout: 'main' },
    })
  })

  it('may be no Java app: then memory may be absent', async () => {
    const outcome = await check(sidecar(''), { files: { 'app.py': 'x' } })
    expect(outcome.problems).toEqual([])
    expect(outcome.app).toBeUndefined()
  })

  it('is refused when even the most memory is too little for every calculator, with a figure that is enough', async () => {
    const env = { MEMORY_LIMIT: '512m' }
    const { problems } = await check(sidecar('    memory: 64M'), { env })
    expect(problems).toEqual([
      'the memory calculator refuses to start the app: web can have at most 512M, of which the sidecars take 64M; ' +
        'give the app 676M or more',
    ])
    const enough = { env: { ...env, MEMORY_LIMIT: '676m' } }
    expect((await check(sidecar('    memory: 64M'), enough)).problems).toEqual([])
    const own = { env, command: 'exec java -cp . Main' }
    expect((await check(sidecar('    memory: 64M'), own)).problems).toEqual([])
  })

  it('is only warned when one of two calculators refuses, and that one is named', async () => {
    const yaml = `java: {options: ["-Xmx900m"]}\n${sidecar('    memory: 64M')}`
    const env = { MEMORY_LIMIT: '1024m' }
    const message =
      'the memory calculator of Java buildpack 5.x (Java 17) refuses to start the app: web can have at most 1G, of ' +
      'which the sidecars take 64M; give the app 1560M or more'
    const severities = async (buildpack?: JavaBuildpack) =>
      (await check(yaml, { env, ...(buildpack && { buildpack }) })).severities
    expect((await check(yaml, { env })).problems).toEqual([expect.stringContaining(message)])
    expect(await severities()).toEqual(['warning'])
    expect(await severities(5)).toEqual(['error'])
    expect(await severities(4)).toEqual([])
  })

  it('causes a warning for a heap that is too small for a JVM', async () => {
    const env = { MEMORY_LIMIT: '662m' }
    const { problems, severities } = await check(sidecar('    memory: 64M'), { env, buildpack: 5 })
    expect(severities).toEqual(['warning'])
    expect(problems).toEqual([
      expect.stringMatching(/leaves too little heap for a JVM to start; give the app 676M/),
    ])
  })

  it('is refused with a figure that no memory helps, under the buildpack that reads it', async () => {
    const env = { MEMORY_LIMIT: '1024m', MEMORY_CALCULATOR_STACK_THREADS: '0' }
    const { problems } = await check(sidecar('    memory: 64M'), { env, buildpack: 5 })
    expect(problems).toEqual([
      'the memory calculator of Java buildpack 5.x (Java 17) refuses to start the app: the thread count 0 is not ' +
        'valid; correct that value',
    ])
    expect((await check(sidecar('    memory: 64M'), { env, buildpack: 4 })).problems).toEqual([])
  })

  it('is refused with invalid jars, and with a jar sidecar that is too small', async () => {
    const files = {
      ...mainApp,
      'extra/main.jar': jar({ 'META-INF/MANIFEST.MF': manifest('Main-Class: A'), 'A.class': classFile(21) }),
      'broken.jar': 'x',
    }
    const yaml = `
sidecars:
  - {name: small, memory: 64M, source: {path: extra/main.jar}}
  - {name: plain, memory: 64M, source: {path: broken.jar}, command: "cat broken.jar"}
java:
  agents: [{source: {path: extra/main.jar}}]
  libraries: [{source: {path: broken.jar}}]
`
    const { problems } = await check(yaml, { files })
    expect(problems).toEqual([
      expect.stringMatching(
        /^sidecars\.yml:3:.*64M is not enough memory for a JVM with extra\/main\.jar; use memory: 96M/,
      ),
      expect.stringMatching(/^sidecars\.yml:6:.*extra\/main\.jar is not a Java agent/),
      expect.stringMatching(/^sidecars\.yml:7:.*broken\.jar is not a zip archive/),
    ])
    const older = await check(yaml, { files, env: { BP_JAVA_VERSION: '17' } })
    expect(older.problems[0]).toContain("extra/main.jar needs Java 21; the app's JRE is Java 17")
  })

  it('is refused with an option that asks for more than the container has, at its place', async () => {
    const { problems } = await check('java:\n  options: ["-Dx=y", "-Xmx9G"]\n', {
      env: { MEMORY_LIMIT: '1024m' },
      buildpack: 5,
    })
    expect(problems).toEqual([expect.stringMatching(/^sidecars\.yml:2:\d+: the memory calculator of Java/)])
    expect(problems[0]).not.toContain(':2:13:')
  })
})
