import { describe, expect, it } from 'vitest'
import type { Configuration } from '../../src/config/sidecar.ts'
import { archiveView, folderView } from '../../src/java/app-view.ts'
import { couldBeJava } from '../../src/java/could-be-java.ts'
import { recogniseJavaApp } from '../../src/java/recognise.ts'
import { folder, jar, manifest, sourceOf } from './jars.ts'

const MANIFEST = 'META-INF/MANIFEST.MF'
type Files = Readonly<Record<string, string | Buffer>>
const mainJar = jar({ [MANIFEST]: manifest('Main-Class: A') })

const nothing = { sidecars: [], java: { agents: [], libraries: [], options: [] } } as unknown as Configuration

const layoutOf = async (files: Files) => {
  const app = folder(files)
  const inFolder = await recogniseJavaApp(folderView(app), undefined)
  if (inFolder) expect(couldBeJava(nothing, app, {})).toBe(true)
  const inArchive = await recogniseJavaApp(archiveView(sourceOf(jar(files))), undefined)
  expect(inArchive).toEqual(inFolder)
  return inFolder?.layout
}

describe('a Java app', () => {
  it.each<[string, Files, string]>([
    ['Spring Boot 3', { [MANIFEST]: manifest('Start-Class: A'), 'BOOT-INF/lib/x.jar': 'x' }, 'spring-boot'],
    [
      'Spring Boot 2',
      { [MANIFEST]: manifest('Spring-Boot-Version: 2.7.1'), 'BOOT-INF/classes/a': 'x' },
      'spring-boot',
    ],
    ['a Spring Boot jar', { 'my-spring-app.jar': 'x' }, 'spring-boot'],
    ['Spring Boot as a distribution', { 'bin/app': 'x', 'lib/spring-boot-3.3.4.jar': 'x' }, 'spring-boot'],
    ['a web archive', { 'WEB-INF/web.xml': 'x', [MANIFEST]: manifest('Main-Class: A') }, 'war'],
    ['a war file', { 'app.war': 'x' }, 'war'],
    ['a Groovy script', { 'app.groovy': 'x' }, 'groovy'],
    ['a distribution', { 'app-1.0/bin/app': 'x', 'app-1.0/lib/app.jar': 'x' }, 'distribution'],
    ['Play as sbt stages it', { 'bin/app': 'x', 'lib/com.typesafe.play.play_2.13-2.8.1.jar': 'x' }, 'play'],
    ['Play without a start script', { 'lib/com.typesafe.play.play_2.13-2.8.1.jar': 'x' }, 'play'],
    ['Play 2.1, staged', { start: 'x', 'staged/play_2.10-2.1.4.jar': 'x' }, 'play'],
    [
      'Play 2.0, packed',
      { 'application-root/start': 'x', 'application-root/lib/play.play_2.9.1-2.0.jar': 'x' },
      'play',
    ],
    ['an exploded jar with a main', { [MANIFEST]: manifest('Main-Class: A'), 'A.class': 'x' }, 'main'],
    ['a jar with a main', { 'app.jar': mainJar }, 'main'],
    ['classes', { 'A.class': 'x' }, 'main'],
  ])('is recognised: %s, as a folder and as an archive', async (_what, files, layout) => {
    expect(await layoutOf(files)).toBe(layout)
  })

  it.each<[string, Files]>([
    ['a Ruby app with bin and lib', { Gemfile: 'x', 'bin/rails': 'x', 'lib/a.rb': 'x' }],
    ['a jar without a main', { 'x.jar': jar({ [MANIFEST]: manifest() }) }],
    ['BOOT-INF without a sign of Spring Boot', { 'BOOT-INF/classes/a': 'x' }],
    ['a jar that is only called like Play', { 'lib/play_list.jar': 'x' }],
    ['nothing', { 'index.html': 'x' }],
  ])('is not made by %s', async (_what, files) => {
    expect(await layoutOf(files)).toBeUndefined()
  })

  it('is not made by a jar that is a sidecar', async () => {
    const app = folderView(folder({ 'wiremock.jar': mainJar, 'app.py': 'x' }))
    expect(await recogniseJavaApp(app, undefined, new Set(['wiremock.jar']))).toBeUndefined()
  })

  it('is not made by a jar in lib that is a sidecar, beside a bin', async () => {
    const files = { 'bin/start': 'x', 'lib/wiremock.jar': mainJar, 'app.py': 'x' }
    const app = folderView(folder(files))
    expect(await recogniseJavaApp(app, undefined, new Set(['lib/wiremock.jar']))).toBeUndefined()
    const other = folderView(folder({ ...files, 'lib/app.jar': 'x' }))
    expect((await recogniseJavaApp(other, undefined, new Set(['lib/wiremock.jar'])))?.layout).toBe(
      'distribution',
    )
  })

  it('is whatever has a main class by JBP_CONFIG_JAVA_MAIN', async () => {
    expect((await recogniseJavaApp(folderView(folder({})), 'org.acme.Main'))?.layout).toBe('main')
  })
})
