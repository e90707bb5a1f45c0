import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { addedClasses, addedClassesOf } from '../../src/java/added-classes.ts'
import { appOnJvm } from '../../src/java/check-java-app.ts'
import { inspectJars } from '../../src/java/inspect-jars.ts'
import { Problems } from '../../src/problems/problems.ts'
import { temporaryFolder } from '../support/files.ts'
import { jar, manifest } from '../support/jars.ts'
import { check, mainApp } from '../support/java/checked-app.ts'

const classes = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`p/C${at}.class`, 'x']))

describe('the classes of agents and libraries that need metaspace', () => {
  it.each([
    ['agent', false, 130],
    ['agent', true, 95],
    ['library', false, 35],
    ['library', true, 0],
  ] as const)('are for an %s (in the app: %s) of 101 classes and 29 more: %i', (use, isInApp, classes) => {
    expect(addedClassesOf(use, { classes: 101, agentClasses: 130 }, isInApp)).toBe(classes)
  })

  it('are also those of jars of the buildpack', () => {
    const yaml = 'java: {libraries: [{source: {path: c.jar}}]}'
    const directory = temporaryFolder({ 'config/sidecars.yml': yaml, 'c.jar': jar(classes(100)) })
    const options = { appDir: temporaryFolder(), env: {}, buildpack: { name: 'b', directory } }
    const problems = new Problems()
    const { configuration } = readConfiguration(options, problems)
    const jars = inspectJars(configuration, options.appDir, undefined, problems)
    expect(problems.sorted()).toEqual([])
    expect(addedClasses(configuration.java, jars)).toBe(35)
  })

  it('are those of all jars that exist before staging', async () => {
    const agent = jar({
      'META-INF/MANIFEST.MF': manifest('Premain-Class: A'),
      'A.class': 'x',
      ...classes(19),
    })
    const library = jar(classes(100))
    const files = { ...mainApp, 'x/a.jar': agent, 'x/b.jar': agent, 'x/c.jar': library }
    const { app, appDir, configuration, problems, ...checked } = await check(
      `java:
  agents: [{source: {path: x/a.jar}}, {source: {path: x/b.jar}}]
  libraries: [{source: {path: x/c.jar}}, {source: {uri: "https://files.example/d.jar", sha256: ${'0'.repeat(64)}}}]
`,
      { files },
    )
    expect(problems).toEqual([])
    if (!app) throw new Error('no Java app')
    expect(appOnJvm(configuration, checked, app, appDir)).toMatchObject({
      layout: 'main',
      classes: 1 + 20 + 20 + 100,
      addedClasses: 2 * (20 - 7),
    })
  })
})
