import { describe, expect, it } from 'vitest'
import { recognise4 } from '../../../src/java/recognition/java-buildpack-4.ts'
import { foundContainer } from '../../../src/java/recognition/recognition.ts'
import { manifest } from '../../support/jars.ts'
import { distZip, type Files, plainMain, springBoot, war } from './layouts.ts'
import { treeWith } from './tree.ts'

const MANIFEST = 'META-INF/MANIFEST.MF'
const PLAY = 'com.typesafe.play.play_2.13-2.8.1.jar'
const RATPACK = 'ratpack-core-1.9.0.jar'
const SPRING_BOOT = 'spring-boot-3.3.4.jar'
const BOOT_MAIN = ['Main-Class: A', 'Spring-Boot-Version: 3.3.4']
/** Spring Boot with a main class, and no directory for its libraries. */
const bootMain: Files = { [MANIFEST]: manifest(...BOOT_MAIN) }
const [part, script] = ['class Alpha { int x }', 'println "hello"']

const recognised = (files: Files, mainClass?: string) => recognise4(treeWith(files), mainClass)

describe('Java buildpack 4.x recognises', () => {
  it.each<[string, Files, Parameters<typeof foundContainer>]>([
    [
      'Dist Zip',
      distZip,
      ['Dist Zip', 'distribution', 'app-1.0/bin/app', 'app-1.0/bin beside jars in app-1.0/lib'],
    ],
    [
      'Dist Zip beside a hidden directory',
      { ...distZip, '.git/config': 'x' },
      ['Dist Zip', 'distribution', 'app-1.0/bin/app', 'app-1.0/bin beside jars in app-1.0/lib'],
    ],
    [
      'Dist Zip in the only directory, whatever the files beside it',
      { ...distZip, README: 'x' },
      ['Dist Zip', 'distribution', 'app-1.0/bin/app', 'app-1.0/bin beside jars in app-1.0/lib'],
    ],
    [
      'Dist Zip whose jars lie deeper in lib',
      { 'a.jar': 'x', 'bin/app': 'x', 'lib/x/app.jar': 'x' },
      ['Dist Zip', 'distribution', 'bin/app', 'bin beside jars in lib'],
    ],
    [
      'Dist Zip by the script with a .bat',
      { 'bin/agent': 'x', 'bin/app': 'x', 'bin/app.bat': 'x', 'lib/a.jar': 'x' },
      ['Dist Zip', 'distribution', 'bin/app', 'bin beside jars in lib'],
    ],
    [
      'Dist Zip by the only script that is not hidden',
      { 'bin/.keep': '', 'bin/app': 'x', 'lib/a.jar': 'x' },
      ['Dist Zip', 'distribution', 'bin/app', 'bin beside jars in lib'],
    ],
    ['a Groovy script', { 'b.groovy': script }, ['Groovy', 'groovy', 'b.groovy', 'b.groovy']],
    [
      'a Groovy script with its classes',
      { 'a.groovy': part, 'b.groovy': script, 'c.groovy': part },
      ['Groovy', 'groovy', 'b.groovy a.groovy c.groovy', 'b.groovy'],
    ],
    ['a main class', plainMain, ['Java Main', 'main', 'Main', 'Main-Class in its manifest']],
    [
      'a main class of Spring Boot by its version',
      { ...bootMain, 'BOOT-INF/lib/a.jar': 'x' },
      ['Java Main', 'spring-boot', 'A as Spring Boot', 'Main-Class in its manifest'],
    ],
    [
      'a main class of Spring Boot by a jar',
      { ...plainMain, [`lib/${SPRING_BOOT}`]: 'x' },
      ['Java Main', 'spring-boot', 'Main as Spring Boot', 'Main-Class in its manifest'],
    ],
    [
      'a main class beside a jar of another part of Spring Boot',
      { ...plainMain, 'lib/spring-boot-loader-3.3.4.jar': 'x', [`lib/${SPRING_BOOT}.txt`]: 'x' },
      ['Java Main', 'main', 'Main', 'Main-Class in its manifest'],
    ],
    [
      'a main class beside WEB-INF',
      { ...plainMain, ...war },
      ['Java Main', 'main', 'Main', 'Main-Class in its manifest'],
    ],
    [
      'Play 2.8, staged',
      { 'bin/app': 'x', [`lib/${PLAY}`]: 'x' },
      ['Play Framework', 'play', 'bin/app', 'a jar of Play'],
    ],
    [
      'Play 2.1, staged',
      { start: 'x', 'staged/play_2.10-2.1.4.jar': 'x' },
      ['Play Framework', 'play', 'start', 'a jar of Play'],
    ],
    [
      'Play 2.8, a distribution',
      { 'app/bin/app': 'x', [`app/lib/${PLAY}`]: 'x' },
      ['Play Framework', 'play', 'app/bin/app', 'a jar of Play'],
    ],
    [
      'Play 2.1, a distribution',
      { 'app/start': 'x', 'app/lib/play_2.10-2.1.4.jar': 'x' },
      ['Play Framework', 'play', 'app/start', 'a jar of Play'],
    ],
    [
      'Dist Zip, not Play, by a hidden jar of Play',
      { 'bin/app': 'x', 'lib/a.jar': 'x', [`lib/.${PLAY}`]: 'x' },
      ['Dist Zip', 'distribution', 'bin/app', 'bin beside jars in lib'],
    ],
    [
      'Dist Zip, not Play, by a file named like a jar of Play',
      { 'bin/app': 'x', 'lib/a.jar': 'x', [`lib/${PLAY}.txt`]: 'x' },
      ['Dist Zip', 'distribution', 'bin/app', 'bin beside jars in lib'],
    ],
    [
      'Ratpack, not Dist Zip',
      { 'app/bin/app': 'x', [`app/lib/${RATPACK}`]: 'x' },
      ['Ratpack', 'distribution', 'app/bin/app', 'a jar of Ratpack'],
    ],
    [
      'Ratpack, not Groovy',
      { 'bin/app': 'x', [`lib/${RATPACK}`]: 'x', 'a.groovy': script },
      ['Ratpack', 'distribution', 'bin/app', 'a jar of Ratpack'],
    ],
    [
      'Spring Boot, not Dist Zip',
      { 'app/bin/app': 'x', [`app/lib/${SPRING_BOOT}`]: 'x' },
      ['Spring Boot', 'spring-boot', 'app/bin/app', 'app/bin beside Spring Boot'],
    ],
    [
      'the Spring Boot CLI',
      {
        'a.groovy': part,
        'a.txt': script,
        'ch/qos/logback/b.groovy': part,
        'c.groovy': 'beans { a = 1 }\nclass Alpha { }',
      },
      ['Spring Boot CLI', 'groovy', 'a.groovy c.groovy ch/qos/logback/b.groovy', 'a.groovy c.groovy'],
    ],
    ['a war', war, ['Tomcat', 'war', 'WEB-INF', 'WEB-INF']],
    ['a war with Groovy classes', { ...war, 'a.groovy': part }, ['Tomcat', 'war', 'WEB-INF', 'WEB-INF']],
  ])('%s', (_what, files, found) => {
    expect(recognised(files)).toEqual(foundContainer(...found))
  })

  it.each<[string, Files]>([
    ['jars in lib without a script', { 'lib/a.jar': 'x' }],
    ['a script beside a lib without jars', { 'bin/app': 'x', 'lib/a.txt': 'x' }],
    ['jars beside lib', { 'bin/app': 'x', 'libs/a.jar': 'x' }],
    ['two scripts', { 'bin/a': 'x', 'bin/b': 'x', 'lib/a.jar': 'x' }],
    ['a start script of Play 2.1 without its jar', { start: 'x', 'staged/a.jar': 'x' }],
    ['a jar of Play 2.1 without its start script', { 'staged/play_2.10-2.1.4.jar': 'x' }],
    ['a jar of Ratpack without a script', { [`lib/${RATPACK}`]: 'x' }],
    ['a jar of Spring Boot without a script', { [`lib/${SPRING_BOOT}`]: 'x' }],
    ['two Groovy scripts', { 'a.groovy': script, 'b.groovy': script }],
    ['a Groovy script with compiled classes', { 'a.groovy': script, 'b/B.class': 'x' }],
    ['Groovy classes beside a file of Logback only', { 'ch/qos/logback/b.groovy': part }],
    ['nothing', {}],
  ])('no app in %s', (_what, files) => {
    expect(recognised(files)).toEqual({ kind: 'none' })
  })
})

describe('the main class for Java buildpack 4.x', () => {
  it.each([
    ['Main-Class: org.acme.A', 'org.acme.A'],
    ['Main-Class:A', 'A'],
    ['Main-Class=A', 'A'],
    ['Main-Class A', 'A'],
    [' \tMain-Class  :  A  ', 'A'],
    ['Main-Class: A\r\nX: y', 'A'],
    ['Main-Class: org.ac\n me.\r\n A', 'org.acme.A'],
    ['Main-Class: A : B = C', 'A : B = C'],
    ['Main-Class: A\nMain-Class: B', 'B'],
    ['\n\n  \nX: y\n\nMain-Class: A', 'A'],
    ['Main-Class', ''],
  ])('of the manifest %j is %j', (text, runs) => {
    expect(recognised({ [MANIFEST]: text })).toMatchObject({ container: 'Java Main', runs })
  })

  it.each(['# Main-Class: A', '! Main-Class: A', '#Main-Class: A', 'X-Main-Class: A', ': Main-Class', ''])(
    'is not in the manifest %j',
    (text) => {
      expect(recognised({ [MANIFEST]: text })).toEqual({ kind: 'none' })
    },
  )

  it('is the one of JBP_CONFIG_JAVA_MAIN, if it names one', () => {
    expect(recognised(plainMain, 'B')).toMatchObject({
      runs: 'B',
      why: 'a main class in JBP_CONFIG_JAVA_MAIN',
    })
    expect(recognised(plainMain, '')).toMatchObject({ runs: 'Main' })
  })
})

describe('Java buildpack 4.x fails', () => {
  it.each<[string, Files, string]>([
    [
      'for two kinds of Play',
      { 'bin/app': 'x', [`lib/${PLAY}`]: 'x', start: 'x', 'staged/play_2.10-2.1.4.jar': 'x' },
      'Play Framework application version cannot be determined',
    ],
    [
      'for several containers',
      { ...plainMain, 'bin/app': 'x', 'lib/a.jar': 'x' },
      'Application can be run by more than one container: Dist Zip, Java Main',
    ],
    ['for Spring Boot without a directory for libraries', bootMain, 'No lib directory found'],
    [
      'for Spring Boot whose directory for libraries does not exist',
      { [MANIFEST]: manifest(...BOOT_MAIN, 'Spring-Boot-Lib: libs/') },
      'No lib directory found',
    ],
  ])('%s', (_what, files, why) => {
    expect(recognised(files)).toEqual({ kind: 'failure', why })
  })

  it.each<[string, Files]>([
    [
      'the one that its manifest names',
      { [MANIFEST]: manifest(...BOOT_MAIN, 'Spring-Boot-Lib: x/y/'), 'x/y/a': 'x' },
    ],
    ['BOOT-INF/lib', springBoot],
    ['WEB-INF/lib', { ...bootMain, ...war }],
    ['lib', { ...bootMain, 'lib/a.txt': 'x' }],
  ])('not for Spring Boot with %s', (_what, files) => {
    expect(recognised(files)).toMatchObject({ container: 'Java Main', layout: 'spring-boot' })
  })
})
