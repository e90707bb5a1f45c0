import { expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { couldBeJava } from '../../src/java/could-be-java.ts'
import { Problems } from '../../src/problems/problems.ts'
import { type Files, temporaryFolder } from '../support/files.ts'

const OTHER_APP: Files = {
  'package.json': '{}',
  'src/app.js': '',
  'readme.jar.md': '',
  'x.java': '',
  'metadata/META-INF': '',
  'my-WEB-INF/a': '',
  'META-INF.txt': '',
  'lib/a.so': '',
  'lib/b/readme.txt': '',
  'web/lib/a.js': '',
  'opt/lib': '',
}

function could(files: Files, yaml = 'sidecars: []', env = {}): boolean {
  const appDir = temporaryFolder({ ...files, 'sidecars.yml': yaml })
  const { configuration } = readConfiguration({ appDir, env }, new Problems())
  return couldBeJava(configuration, appDir, env)
}

it.each<[files: Files, could: boolean]>([
  [{}, false],
  [{ 'app.jar': '' }, true],
  [{ 'app.war': '' }, true],
  [{ 'A.class': '' }, true],
  [{ 'app.groovy': '' }, true],
  [{ 'META-INF/MANIFEST.MF': '' }, true],
  [{ 'BOOT-INF/classes/a': '' }, true],
  [{ 'WEB-INF/web.xml': '' }, true],
  [{ 'staged/app': '' }, true],
  [{ 'lib/a.jar': '' }, true],
  [{ 'lib/b/c/a.jar': '' }, true],
  [{ 'dist/lib/a.jar': '' }, true],
  [{ 'dist/bin/a.jar': '' }, false],
  [{ 'dist/other/lib/a.jar': '' }, false],
])('an app with %j could be a Java app: %s', (files, expected) => {
  expect(could({ ...OTHER_APP, ...files })).toBe(expected)
})

it.each([
  ['java: {options: [-Da=b]}', true],
  ['java: {agents: [{source: {path: src/a}}]}', true],
  ['java: {libraries: [{source: {path: src/a}}]}', true],
  [
    'java: {options: [-Da=b, -Dc=d], agents: [{source: {path: src/a}}], libraries: [{source: {path: src/a}}]}',
    true,
  ],
  ['sidecars: [{name: a, command: b}, {name: c, source: {path: src/c.JAR}}]', true],
  ['sidecars: [{name: c, source: {path: src/c.war}}]', true],
  ['sidecars: [{name: c, source: {path: src/c.jar.sh}}]', false],
  ['sidecars: [{name: c, source: {dependency: c.jar}}]', false],
])('an app with %s could be a Java app: %s', (yaml, expected) => {
  expect(could(OTHER_APP, yaml)).toBe(expected)
})

it('an app whose environment names a main class could be one', () => {
  expect(could(OTHER_APP, undefined, { JBP_CONFIG_JAVA_MAIN: '{java_main_class: A}' })).toBe(true)
})
