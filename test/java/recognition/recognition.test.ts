import { describe, expect, it } from 'vitest'
import type { Configuration } from '../../../src/config/sidecar.ts'
import { archiveView, folderView } from '../../../src/java/app-view.ts'
import type { JavaBuildpack } from '../../../src/java/calculators/calculator.ts'
import { couldBeJava } from '../../../src/java/could-be-java.ts'
import { appTree } from '../../../src/java/recognition/app-tree.ts'
import { javaAppOf, recogniseApp } from '../../../src/java/recognition/java-app.ts'
import {
  foundContainer,
  isSameRecognition,
  type Recognition,
} from '../../../src/java/recognition/recognition.ts'
import { temporaryFolder } from '../../support/files.ts'
import { jar, manifest, sourceOf } from '../../support/jars.ts'
import { distZip, type Files, layouts, mainJar, plainMain, war } from './layouts.ts'
import { treeWith } from './tree.ts'

const nothing = { sidecars: [], java: { agents: [], libraries: [], options: [] } } as unknown as Configuration

async function recognise(files: Files, mainClass?: string) {
  const inFolder = await recogniseApp(treeWith(files), mainClass)
  const inArchive = await recogniseApp(appTree(archiveView(sourceOf(jar(files)))), mainClass)
  expect(inArchive).toEqual(inFolder)
  return inFolder
}

/** In the form of the table. */
function shown(recognition: Recognition, real: string): string {
  if (recognition.kind === 'none') return 'none'
  if (recognition.kind === 'failure') return recognition.why.replace(/^Application can .*?: /, '')
  const { container, runs } = recognition
  return real.includes(': ') ? `${container}: ${runs}` : container
}

describe('an app', () => {
  it.each(layouts)('is recognised like in the code of 5.x: $what ($rule5)', async ({ files, real5 }) => {
    expect(shown((await recognise(files))[5], real5)).toBe(real5)
  })

  it.each(layouts)('is recognised like in the code of 4.x: $what ($rule4)', async ({ files, real4 }) => {
    expect(shown((await recognise(files))[4], real4)).toBe(real4)
  })

  it('is run by the main class that the user names, whatever its files are', async () => {
    const recognised = await recognise({}, 'org.acme.Main')
    for (const buildpack of [4, 5] as const)
      expect(recognised[buildpack]).toMatchObject({ container: 'Java Main', runs: 'org.acme.Main' })
  })

  it('of two kinds of Play is an error of both', async () => {
    const files = {
      'bin/app': 'x',
      'lib/com.typesafe.play.play_2.13-2.8.1.jar': mainJar,
      start: 'x',
      'staged/play_2.10-2.1.4.jar': mainJar,
    }
    const recognised = await recognise(files)
    expect([recognised[4].kind, recognised[5].kind]).toEqual(['failure', 'failure'])
  })
})

describe('a Java app', () => {
  const javaApp = async (files: Files, buildpack?: JavaBuildpack) => {
    const app = temporaryFolder(files)
    const tree = appTree(folderView(app))
    const found = javaAppOf(tree, await recogniseApp(tree, undefined), buildpack)
    if (found && !buildpack) expect(couldBeJava(nothing, app, {})).toBe(true)
    return found
  }

  it.each<[string, Files, string]>([
    ['an exploded jar with a main', plainMain, 'main'],
    ['a war', war, 'war'],
    ['a distribution', distZip, 'distribution'],
    [
      'a distribution whose jars lie deeper in lib',
      { 'bin/app': 'x', 'lib/x/app.jar': mainJar },
      'distribution',
    ],
    ['a jar with a main', { 'app.jar': mainJar }, 'main'],
    ['a Groovy script', { 'app.groovy': 'println "hello"' }, 'groovy'],
    ['classes', { 'A.class': 'x' }, 'main'],
  ])('is %s', async (_what, files, layout) => {
    expect((await javaApp(files))?.layout).toBe(layout)
  })

  it.each<[string, Files]>([
    ['a Ruby app with bin and lib', { Gemfile: 'x', 'bin/rails': 'x', 'lib/a.rb': 'x' }],
    ['an app with a Groovy script for its builds', { 'app.py': 'x', 'ci/build.groovy': 'println "hello"' }],
    ['a jar without a main', { 'x.jar': jar({ 'META-INF/MANIFEST.MF': manifest() }) }],
    ['BOOT-INF without a sign of Spring Boot', { 'BOOT-INF/classes/a': 'x' }],
    ['a page', { 'index.html': 'x' }],
  ])('is not %s, unless a Java buildpack is known to stage it', async (_what, files) => {
    expect(await javaApp(files)).toBeUndefined()
  })

  it('is whatever the Java buildpack that stages it takes for one', async () => {
    expect((await javaApp({ 'bin/rails': 'x', 'lib/a.rb': 'x' }, 5))?.layout).toBe('distribution')
    expect(await javaApp({ 'bin/rails': 'x', 'lib/a.rb': 'x' }, 4)).toBeUndefined()
  })

  it('has its jars in BOOT-INF/lib or WEB-INF/lib when it is exploded, or is a jar itself', async () => {
    expect((await javaApp(war))?.libraryFolder).toBe('WEB-INF/lib')
    expect(await javaApp({ 'spring-app.jar': mainJar })).toMatchObject({ file: 'spring-app.jar' })
  })
})

describe('the way in which an app is recognised is the same', () => {
  const container = foundContainer('Dist Zip', 'distribution', 'bin/app', 'bin beside lib')
  const none: Recognition = { kind: 'none' }
  const failure: Recognition = { kind: 'failure', why: 'Java Main, Tomcat' }
  it.each<[string, Recognition, Recognition, boolean]>([
    ['with another reason', container, { ...container, why: 'other' }, true],
    ['that starts something else', container, { ...container, runs: 'bin/other' }, false],
    ['of another container', container, { ...container, container: 'Ratpack' }, false],
    ['that is not recognised', container, none, false],
    ['that is an error', container, failure, false],
    ['that is not recognised at all', none, { kind: 'none' }, true],
    ['that is now an error', none, failure, false],
    ['that is the same error', failure, { ...failure }, true],
    ['that is another error', failure, { ...failure, why: 'Java Main, Groovy' }, false],
  ])('or not, for one %s', (_what, one, other, isSame) => {
    expect(isSameRecognition(one, other)).toBe(isSame)
    expect(isSameRecognition(other, one)).toBe(isSame)
  })
})
