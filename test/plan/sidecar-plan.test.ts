import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { folderView } from '../../src/java/app-view.ts'
import { injectedPlan, isMissing, manifestSidecarPlan, sidecarPlans } from '../../src/plan/sidecar-plan.ts'
import { Problems } from '../../src/problems/problems.ts'
import { readAppManifest } from '../support/app-manifest.ts'
import { type Files, temporaryFolder } from '../support/files.ts'
import { classFile, jar, manifest } from '../support/jars.ts'

const MIB = 1024 ** 2
const JAR = jar({ 'META-INF/MANIFEST.MF': manifest('Main-Class: A'), 'A.class': classFile(17) })
const SHA256 = 'a'.repeat(64)

/** What is configured for an app with these files, by a buildpack that carries `carried`. */
function configured(sidecarsYml: string, files: Files = {}, carried: Files = {}) {
  const appDir = temporaryFolder({ ...files, 'sidecars.yml': sidecarsYml })
  const buildpack = { name: 'acme', directory: temporaryFolder(carried) }
  const problems = new Problems()
  const { configuration } = readConfiguration({ appDir, env: {}, buildpack }, problems)
  expect(problems.sorted()).toEqual([])
  return { configuration, view: folderView(appDir) }
}

async function plansOf(...given: Parameters<typeof configured>) {
  const { configuration, view } = configured(...given)
  return sidecarPlans(configuration, view)
}

describe('the plan of a sidecar', () => {
  it('has only what is configured', async () => {
    expect(await plansOf('sidecars: [{name: a, command: ./run}]')).toEqual([
      { name: 'a', processTypes: ['web'], restart: 'never', command: './run' },
    ])
  })

  it('has all that is configured', async () => {
    const { configuration, view } = configured(
      `sidecars:
  - {name: b, process_types: [web, worker], memory: {limit: 64M, guard: true}, source: {path: bin/b}, path: true, restart: on-failure, after: [c, d], health: {port: 8082}}
  - {name: c, command: x}
  - {name: d, command: x, wait_for: {port: 8083}}
`,
      { 'bin/b': '#!/bin/sh\n' },
    )
    const conditions = new Map([['b', 'if service db is bound (not met)']])
    expect((await sidecarPlans(configuration, view, conditions))[0]).toEqual({
      ...{ name: 'b', processTypes: ['web', 'worker'], memory: 64 * MIB, isGuarded: true, onPath: true },
      ...{ restart: 'on-failure', source: { kind: 'path', from: 'bin/b', bytes: 10 } },
      after: ['c (it has started)', 'd (port 8083 accepts connections (at most 30 s))'],
      health: expect.stringMatching(/^port 8082 accepts connections \(every 30 s,/),
      when: 'if service db is bound (not met)',
    })
  })

  it.each<[string, string, object]>([
    ['a directory', '{path: lib}', { kind: 'path', from: 'lib', bytes: 5 }],
    ['a path that does not exist', '{path: gone}', { kind: 'path', from: 'gone' }],
    ['a dependency', '{dependency: otel, version: 1.x}', { kind: 'dependency', from: 'otel 1.x' }],
    ['another buildpack', '{deps: bin/x}', { kind: 'deps', from: 'bin/x', bytes: 0 }],
    [
      'a download',
      `{uri: "https://user:pw@example.com/x?key=1", sha256: ${SHA256}}`,
      { kind: 'uri', from: 'https://example.com/x' },
    ],
    ['no file', `{uri: "file:///nowhere/x", sha256: ${SHA256}}`, { kind: 'uri', from: 'file:///nowhere/x' }],
  ])('has what its source adds: %s', async (_, source, expected) => {
    const [plan] = await plansOf(`sidecars: [{name: a, source: ${source}}]`, {
      'lib/a': 'abc',
      'lib/b/c': 'de',
    })
    expect(plan?.source).toEqual(expected)
    expect(isMissing(plan?.source)).toBe(source === '{path: gone}')
  })

  it('has the size of a file: URI', async () => {
    const uri = pathToFileURL(join(temporaryFolder({ x: 'abc' }), 'x')).href
    const [plan] = await plansOf(`sidecars: [{name: a, source: {uri: "${uri}", sha256: ${SHA256}}}]`)
    expect(plan?.source?.bytes).toBe(3)
    expect(isMissing(undefined)).toBe(false)
  })

  it('knows the files of the buildpack that carries it, also their JVM options', async () => {
    const carried = `sidecars:
  - {name: agent, source: {path: agent}}
  - {name: mock, memory: 32M, source: {path: mock.jar}}
  - {name: own, source: {path: only-in-app}}
`
    const plans = await plansOf(
      'sidecars: [{name: mine, source: {path: only-in-app}}]',
      { 'only-in-app': 'ab' },
      { 'config/sidecars.yml': carried, agent: 'abc', 'mock.jar': JAR },
    )
    expect(plans).toMatchObject([
      { name: 'agent', source: { bytes: 3 }, carriedBy: 'acme' },
      { name: 'mock', source: { bytes: JAR.length }, carriedBy: 'acme', jvm: { kind: 'too-little' } },
      { name: 'own', source: { kind: 'path', from: 'only-in-app' }, carriedBy: 'acme' },
      { name: 'mine', source: { bytes: 2 } },
    ])
    expect(plans.map(({ source }) => isMissing(source))).toEqual([false, false, true, false])
    expect(plans[3]).not.toHaveProperty('carriedBy')
  })

  it.each([
    ['memory', 'memory: 128M, source: {path: a.jar}', 'fits'],
    ['a war', 'memory: 128M, source: {path: a.war}', 'fits'],
    ['too little memory', 'memory: 32M, source: {path: a.jar}', 'too-little'],
    ['a jar that cannot be read', 'memory: 128M, source: {path: b.jar}', undefined],
    ['a command', 'memory: 128M, source: {path: a.jar}, command: x', undefined],
    ['no memory', 'source: {path: a.jar}', undefined],
    ['no jar', 'memory: 128M, source: {path: a}', undefined],
  ])('has the JVM options of a jar with %s', async (_, entry, kind) => {
    const files = { 'a.jar': JAR, 'a.war': JAR, a: JAR, 'b.jar': 'x' }
    const [plan] = await plansOf(`sidecars: [{name: a, ${entry}}]`, files)
    expect(plan?.jvm?.kind).toBe(kind)
  })
})

it('the plan of a sidecar of the app manifest has its processes, its command and its memory', () => {
  const text = `applications:
- name: app
  sidecars:
  - {name: a, process_types: [web, worker], command: ./a, memory: 32M}
  - {name: b, process_types: [web], command: ./b}
`
  const sidecars = readAppManifest(text, 'manifest.yml', new Problems())?.sidecars ?? []
  const plan = { restart: 'never', isOfManifest: true }
  expect(sidecars.map(manifestSidecarPlan)).toEqual([
    { ...plan, name: 'a', processTypes: ['web', 'worker'], command: './a', memory: 32 * MIB },
    { ...plan, name: 'b', processTypes: ['web'], command: './b' },
  ])
})

it('agents, libraries and options have their files, and no value of an option', () => {
  const { configuration, view } = configured(
    `java:
  agents: [{source: {path: a.jar}}]
  libraries: [{source: {path: gone.jar}}]
  options: ["-Dkey=s3cret=1\\n2", -Xss1M]
`,
    { 'a.jar': 'abc' },
    { 'config/sidecars.yml': 'java: {agents: [{source: {path: b.jar}}]}', 'b.jar': 'ab' },
  )
  const path = (from: string, bytes?: number) => ({ kind: 'path', from, ...(bytes && { bytes }) })
  const plans = injectedPlan(configuration, view)
  expect(plans).toHaveLength(5)
  expect(plans).toEqual(
    expect.arrayContaining([
      { kind: 'agent', source: path('a.jar', 3) },
      { kind: 'agent', source: path('b.jar', 2) },
      { kind: 'library', source: path('gone.jar') },
      { kind: 'option', option: '-Dkey=…' },
      { kind: 'option', option: '-Xss1M' },
    ]),
  )
})
