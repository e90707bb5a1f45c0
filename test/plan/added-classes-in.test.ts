import { expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { addedClassesOf } from '../../src/java/added-classes.ts'
import { folderView } from '../../src/java/app-view.ts'
import { addedClassesIn } from '../../src/plan/plan.ts'
import { Problems } from '../../src/problems/problems.ts'
import { temporaryFolder } from '../support/files.ts'
import { jar } from '../support/jars.ts'

const classes = (count: number) =>
  jar(Object.fromEntries(Array.from({ length: count }, (_, at) => [`p/C${at}.class`, 'x'])))
const OWN = 'java: {agents: [{source: {path: a.jar}}]}'

it.each([
  ['agents: [{source: {path: a.jar}}]', addedClassesOf('agent', { classes: 300, agentClasses: 300 }, true)],
  [
    'agents: [{source: {path: a.jar}}, {source: {path: b.jar}}], libraries: [{source: {path: b.jar}}]',
    addedClassesOf('agent', { classes: 300, agentClasses: 300 }, true) +
      addedClassesOf('agent', { classes: 500, agentClasses: 500 }, true),
  ],
  ['agents: [{source: {path: missing.jar}}]', 0],
  [`agents: [{source: {uri: "https://example.com/a.jar", sha256: ${'a'.repeat(64)}}}]`, 0],
])('jars of the app in %s need room for classes', async (java, expected) => {
  const appDir = temporaryFolder({
    'sidecars.yml': `java: {${java}}`,
    'a.jar': classes(300),
    'b.jar': classes(500),
  })
  const directory = temporaryFolder({ 'config/sidecars.yml': OWN, 'a.jar': classes(900) })
  const { configuration } = readConfiguration(
    { appDir, env: {}, buildpack: { name: 'b', directory } },
    new Problems(),
  )
  expect(await addedClassesIn(configuration, folderView(appDir))).toBe(expected)
})
