import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import type { JavaBuildpack } from '../../src/java/calculators/calculator.ts'
import { checkJavaApp } from '../../src/java/check-java-app.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { temporaryFolder } from '../support/files.ts'
import { classFile, jar, manifest } from '../support/jars.ts'

const app = { 'META-INF/MANIFEST.MF': manifest('Main-Class: Main'), 'Main.class': classFile(17) }

async function check(
  yaml: string,
  {
    files = app,
    env = {},
    buildpack,
  }: {
    files?: Record<string, string | Buffer>
    env?: Record<string, string>
    buildpack?: JavaBuildpack
  } = {},
) {
  const appDir = temporaryFolder({ ...files, 'sidecars.yml': yaml })
  const problems = new Problems()
  const { configuration } = readConfiguration({ appDir, env }, problems)
  problems.throwIfErrors()
  const outcome = await checkJavaApp(configuration, { appDir }, env, buildpack, problems)
  const sorted = problems.sorted()
  return {
    ...outcome,
    problems: sorted.map(describeProblem),
    severities: sorted.map(({ severity }) => severity),
  }
}

const sidecar = (memory: string) => `sidecars:\n  - name: helper\n    command: ./helper\n${memory}`

describe('at staging, a Java app', () => {
  it('is refused when a sidecar has no memory, with a figure to start from', async () => {
    const { problems } = await check(sidecar(''))
    expect(problems).toEqual([
      expect.stringMatching(
        /^sidecars\.yml:2:\d+: sidecar helper has no memory.*Main-Class.*; add for example memory: 64M$/,
      ),
    ])
  })

  it('gets a larger suggestion for a sidecar that is a jar', async () => {
    const files = {
      ...app,
      'extra/x.jar': jar({ 'META-INF/MANIFEST.MF': manifest('Main-Class: A'), 'A.class': 'x' }),
    }
    const { problems } = await check('sidecars:\n  - name: x\n    source: {path: extra/x.jar}\n', { files })
    expect(problems[0]).toContain('add for example memory: 256M')
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
      ...app,
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

  it('is refused with two libraries of one file name, which the Java buildpack would link to one place', async () => {
    const library = jar({ 'a.txt': 'x' })
    const { problems } = await check(
      'java:\n  libraries: [{source: {path: a.jar}}, {source: {path: b/a.jar}}]\n',
      {
        files: { ...app, 'a.jar': library, 'b/a.jar': library },
      },
    )
    expect(problems).toEqual([expect.stringContaining('two libraries have the file name a.jar')])
  })

  it('is refused with two libraries of one file name by URI as well', async () => {
    const uri = (path: string) =>
      `{source: {uri: "https://files.example/${path}", sha256: ${'0'.repeat(64)}}}`
    const libraries = ['1/a%20b.jar?x=1', '2/b.jar', '3/a%20b.jar'].map(uri)
    const { problems } = await check(`java:\n  libraries: [${libraries.join(', ')}]\n`)
    expect(problems).toEqual([expect.stringContaining('two libraries have the file name a b.jar')])
  })

  it.each([
    ['BOOT-INF', manifest('Start-Class: A')],
    ['WEB-INF', manifest()],
  ])(
    'is told of a library with the name of one in its %s/lib, which Java buildpack 4.x does not stage',
    async (folder, own) => {
      const library = jar({ 'a.txt': 'x' })
      const files = { 'META-INF/MANIFEST.MF': own, [`${folder}/lib/a.jar`]: library, 'extra/a.jar': library }
      const { problems } = await check('java:\n  libraries: [{source: {path: extra/a.jar}}]\n', { files })
      expect(problems).toEqual([
        expect.stringMatching(
          new RegExp(`^sidecars.yml:2:15: ${folder}/lib contains a.jar already: .*rename`),
        ),
      ])
    },
  )

  const MAIN_JAR = jar({ 'META-INF/MANIFEST.MF': manifest('Main-Class: A'), 'A.class': classFile(17) })

  it('causes a warning if java -jar ignores its libraries', async () => {
    const yaml = 'java:\n  libraries: [{source: {path: extra/a.jar}}]\n'
    for (const name of ['app.jar', 'spring-app.jar']) {
      const files = { [name]: MAIN_JAR, 'extra/a.jar': jar({ 'a.txt': 'x' }) }
      expect((await check(yaml, { files })).problems).toEqual([
        expect.stringContaining(
          `java -jar ${name}, which ignores the class path, so the libraries have no effect`,
        ),
      ])
    }
  })

  it('is refused with an option that asks for more than the container has, at its place', async () => {
    const { problems } = await check('java:\n  options: ["-Dx=y", "-Xmx9G"]\n', {
      env: { MEMORY_LIMIT: '1024m' },
      buildpack: 5,
    })
    expect(problems).toEqual([expect.stringMatching(/^sidecars\.yml:2:\d+: the memory calculator of Java/)])
    expect(problems[0]).not.toContain(':2:13:')
  })

  it('is refused with agents that cannot arrive', async () => {
    const env = { JBP_CONFIG_JAVA_OPTS: '{ from_environment: false }' }
    const { problems } = await check('java:\n  options: ["-Dx=y"]\n', { env })
    expect(problems).toEqual([expect.stringContaining('from_environment: false')])
  })

  it('is refused with options that keep the JVM from starting, all of them in one run', async () => {
    const { problems } = await check('java:\n  options: ["-Xmx", "feature", "-Da=\\n"]\n')
    expect(problems).toHaveLength(3)
  })
})
