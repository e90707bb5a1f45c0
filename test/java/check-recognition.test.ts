import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { folderView } from '../../src/java/app-view.ts'
import type { JavaBuildpack } from '../../src/java/calculators/calculator.ts'
import { checkJavaApp } from '../../src/java/check-java-app.ts'
import { appTree } from '../../src/java/recognition/app-tree.ts'
import { recogniseApp } from '../../src/java/recognition/java-app.ts'
import { isSameRecognition } from '../../src/java/recognition/recognition.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { temporaryFolder } from '../support/files.ts'
import { jar, manifest } from '../support/jars.ts'
import { distZip, type Files, mainJar, plainMain, springBoot, war } from './recognition/layouts.ts'

const agentJar = jar({ 'META-INF/MANIFEST.MF': manifest('Premain-Class: A'), 'A.class': 'x' })

async function check(app: Files, brought: Files, yaml: string, buildpack?: JavaBuildpack) {
  const appDir = temporaryFolder({ ...app, ...brought, 'sidecars.yml': yaml })
  const problems = new Problems()
  const { configuration } = readConfiguration({ appDir, env: {} }, problems)
  problems.throwIfErrors()
  await checkJavaApp(configuration, { appDir }, {}, buildpack, problems)
  const sorted = problems.sorted()
  return { appDir, messages: sorted.map(describeProblem), severities: sorted.map(({ severity }) => severity) }
}

const program = (path: string) => `sidecars: [{name: s, memory: 128M, source: {path: ${path}}}]\n`
const agent = (path: string) => `java: {agents: [{source: {path: ${path}}}]}\n`

describe('a sidecar that changes how a Java buildpack recognises the app', () => {
  it('is refused with its files, both consequences, and a place that misleads neither', async () => {
    const { messages, severities } = await check(
      plainMain,
      { 'bin/config-server': 'x', 'lib/agent.jar': agentJar },
      program('bin/config-server') + agent('lib/agent.jar'),
    )
    expect(severities).toEqual(['error'])
    expect(messages).toEqual([
      'sidecars.yml:1:19: because of bin/config-server and lib/agent.jar, Java buildpack 5.x treats the app as Dist ' +
        'ZIP and runs bin/config-server; Java buildpack 4.x fails to stage the app (Application can be run by more ' +
        'than one container: Dist Zip, Java Main); move bin/config-server to sidecars/config-server and lib/agent.jar ' +
        'to sidecars/agent.jar, and change the path in sidecars.yml',
    ])
  })

  it('is a warning when only one of them is misled, and an error when that one is known to stage the app', async () => {
    const brought = { 'bin/config-server': 'x' }
    const severities = async (buildpack?: JavaBuildpack) =>
      (await check(springBoot, brought, program('bin/config-server'), buildpack)).severities
    expect(await severities()).toEqual(['warning'])
    expect(await severities(4)).toEqual(['error'])
    expect(await severities(5)).toEqual([])
  })

  it('is named alone when others do no harm', async () => {
    const { messages } = await check(
      plainMain,
      { 'mock.jar': mainJar, 'sidecars/agent.jar': agentJar },
      program('mock.jar') + agent('sidecars/agent.jar'),
      5,
    )
    expect(messages).toEqual([
      expect.stringMatching(
        /^sidecars\.yml:1:\d+: because of mock\.jar, Java buildpack 5\.x treats .* runs mock\.jar; move/,
      ),
    ])
  })

  it('is named once if several sidecars use the file', async () => {
    const yaml =
      'sidecars: [{name: s, memory: 64M, command: ./bin/a}, {name: t, memory: 64M, command: exec bin/a}]\n'
    const { messages } = await check(springBoot, { 'bin/a': 'x' }, yaml, 4)
    expect(messages).toEqual([
      expect.stringMatching(/because of bin\/a, Java .*; move bin\/a to sidecars\/a, and change the path/),
    ])
  })

  it('goes to no place that is taken', async () => {
    const brought = { 'bin/a': 'x', 'sidecars/a': 'x' }
    const { messages } = await check(springBoot, brought, program('bin/a'), 4)
    expect(messages).toEqual([
      expect.stringMatching(
        /because of bin\/a, .*; rename it, or download it with source: \{uri: …, sha256: …\} instead of keeping it in the app$/,
      ),
    ])
  })

  it('is found by its command too', async () => {
    const yaml = 'sidecars: [{name: s, memory: 64M, command: "./bin/config-server -v"}]\n'
    const brought = { 'bin/config-server': 'x' }
    expect((await check(springBoot, brought, yaml, 4)).severities).toEqual(['error'])
  })

  it('goes into the only folder of a distribution, where 4.x looks for one', async () => {
    const { messages } = await check(distZip, { 'tools/helper': 'x' }, program('tools/helper'), 4)
    expect(messages).toEqual([
      expect.stringMatching(/does not recognise the app; move tools\/helper to app-1\.0\/sidecars\/helper,/),
    ])
  })

  it('that no place helps is to be renamed or downloaded', async () => {
    const name = 'sidecars/ratpack-core-1.9.0.jar'
    const app = { 'bin/app': 'x', 'lib/app.jar': mainJar }
    const { messages } = await check(app, { [name]: mainJar }, program(name), 4)
    expect(messages).toEqual([
      expect.stringMatching(/as Ratpack and runs bin\/app; rename it, or download it/),
    ])
  })

  it('is not checked without a Java app', async () => {
    expect((await check({ 'app.py': 'x' }, { 'mock.jar': mainJar }, program('mock.jar'))).messages).toEqual(
      [],
    )
  })

  it('is a warning where a Java buildpack would stage nothing but the sidecar', async () => {
    const { severities } = await check({ 'app.py': 'x' }, { 'mock.jar': mainJar }, program('mock.jar'), 5)
    expect(severities).toEqual(['warning'])
  })

  it.each<[string, Files]>([
    ['a plain main', plainMain],
    ['Spring Boot', springBoot],
    ['a war', war],
    ['several jars', { 'app.jar': mainJar, 'b.jar': mainJar }],
  ])('is not one in sidecars/, beside %s', async (_what, app) => {
    const brought = { 'sidecars/config-server': 'x', 'sidecars/agent.jar': agentJar }
    const yaml = program('sidecars/config-server') + agent('sidecars/agent.jar')
    expect((await check(app, brought, yaml)).messages).toEqual([])
  })
})

describe('1,000 random layouts', () => {
  const apps: readonly Files[] = [
    plainMain,
    springBoot,
    war,
    distZip,
    { 'bin/app': 'x', 'lib/app.jar': mainJar },
    { 'app.groovy': 'println "hello"' },
    { 'bin/app': 'x', 'lib/com.typesafe.play.play_2.13-2.8.1.jar': mainJar },
    { 'a.jar': mainJar, 'b.jar': mainJar },
  ]
  const folders = [
    '',
    'bin/',
    'lib/',
    'sidecars/',
    'tools/bin/',
    'tools/lib/',
    'app-1.0/bin/',
    'WEB-INF/lib/',
    'BOOT-INF/lib/',
  ]
  const names = [
    'aa',
    'server',
    'server.bat',
    'mock.jar',
    'spring-agent.jar',
    'spring-boot-3.3.4.jar',
    'ratpack-core-1.jar',
    'check.groovy',
  ]
  const layout = fc.record({
    app: fc.constantFrom(...apps),
    brought: fc.uniqueArray(
      fc.tuple(fc.constantFrom(...folders), fc.constantFrom(...names)).map((parts) => parts.join('')),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
  })
  const recognised = (appDir: string) => recogniseApp(appTree(folderView(appDir)), undefined)
  const contentOf = (path: string) =>
    path.endsWith('.jar') ? mainJar : path.endsWith('.groovy') ? 'class Check { int x }' : 'x'

  it('of which one is accepted without a word are taken for the same app with their sidecars and without', async () => {
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(layout, async ({ app, brought }) => {
        const paths = brought.filter((path) => !(path in app))
        const files = Object.fromEntries(paths.map((path) => [path, contentOf(path)]))
        const sidecars = paths.map(
          (path, at) => `  - {name: s${at}, memory: 64M, command: x, source: {path: ${path}}}`,
        )
        const yaml = ['sidecars:', ...sidecars, ''].join('\n')
        if (paths.length === 0) return
        const { appDir, messages } = await check(app, files, yaml)
        if (messages.length > 0) return
        accepted++
        const alone = await recognised(temporaryFolder(app))
        const whole = await recognised(appDir)
        for (const buildpack of [4, 5] as const)
          expect(isSameRecognition(alone[buildpack], whole[buildpack]), `${paths} under ${buildpack}.x`).toBe(
            true,
          )
      }),
      { numRuns: 1000 },
    )
    expect(accepted).toBeGreaterThan(100)
  }, 60_000)
})
