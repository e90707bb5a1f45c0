import { describe, expect, it } from 'vitest'
import { archiveView } from '../../../src/java/app-view.ts'
import { appTree } from '../../../src/java/recognition/app-tree.ts'
import { recognise5 } from '../../../src/java/recognition/java-buildpack-5.ts'
import { foundContainer } from '../../../src/java/recognition/recognition.ts'
import { jar, manifest, sourceOf } from '../../support/jars.ts'
import { distZip, type Files, mainJar, noMainJar, plainMain, springBoot, war } from './layouts.ts'
import { treeWith } from './tree.ts'

const MANIFEST = 'META-INF/MANIFEST.MF'
const PLAY = 'com.typesafe.play.play_2.13-2.8.1.jar'
const OLD_PLAY = 'play_2.10-2.1.4.jar'
const SPRING_BOOT = 'spring-boot-3.3.4.jar'
const [part, script] = ['class Alpha { int x }', 'println "hello"']
const inBootInf = (line: string): Files => ({ [MANIFEST]: manifest(line), 'BOOT-INF/a': 'x' })

const recognised = (files: Files, mainClass?: string) => recognise5(treeWith(files), mainClass)

it('recognises Dist ZIP beside a file of the same name, in an archive', async () => {
  const archive = jar({ ...distZip, 'app-1.0': 'x' })
  expect(await recognise5(appTree(archiveView(sourceOf(archive))), undefined)).toEqual(
    foundContainer('Dist ZIP', 'distribution', 'app-1.0/bin/app', 'app-1.0/bin beside app-1.0/lib'),
  )
})

describe('Java buildpack 5.x recognises', () => {
  it.each<[string, Files, Parameters<typeof foundContainer>]>([
    [
      'Spring Boot',
      springBoot,
      ['Spring Boot', 'spring-boot', 'BOOT-INF', 'BOOT-INF and Start-Class in its manifest'],
    ],
    ...['Start-Class', 'Spring-Boot-Version', 'Spring-Boot-Classes', 'Spring-Boot-Lib'].map(
      (name): [string, Files, Parameters<typeof foundContainer>] => [
        `Spring Boot by ${name}`,
        inBootInf(`  ${name}: x`),
        ['Spring Boot', 'spring-boot', 'BOOT-INF', `BOOT-INF and ${name} in its manifest`],
      ],
    ),
    ...['my-spring.jar', 'boot-app.jar', 'a-BOOT-INF.jar'].map(
      (name): [string, Files, Parameters<typeof foundContainer>] => [
        `Spring Boot by ${name}`,
        { 'a.jar': mainJar, [name]: noMainJar },
        ['Spring Boot', 'spring-boot', name, name],
      ],
    ),
    ...['lib', 'WEB-INF/lib', 'BOOT-INF/lib'].map(
      (folder): [string, Files, Parameters<typeof foundContainer>] => [
        `Spring Boot with a script, by a jar in ${folder}`,
        { 'bin/app': 'x', [`${folder}/Spring-Boot-3.jar`]: 'x', [`${folder}/a.jar`]: 'x' },
        ['Spring Boot', 'spring-boot', 'bin/app', `bin beside Spring Boot in ${folder}`],
      ],
    ),
    [
      'the Spring Boot CLI',
      {
        'b/a.groovy': part,
        '.b.groovy': 'beans { a = 1 }',
        'short.groovy': 'x',
        'a.txt': script,
        'ch/qos/logback/c.groovy': script,
      },
      ['Spring Boot CLI', 'groovy', '.b.groovy b/a.groovy', '.b.groovy b/a.groovy'],
    ],
    ['an unpacked war', war, ['Tomcat', 'war', 'WEB-INF', 'WEB-INF']],
    ['a war', { 'a.txt': 'x', 'b.war': 'x' }, ['Tomcat', 'war', 'b.war', 'b.war']],
    [
      'the only Groovy script with a main method',
      { 'a.groovy': part, 'b.groovy': 'class A { static void main(x) {} }' },
      ['Groovy', 'groovy', 'b.groovy', 'b.groovy'],
    ],
    [
      'the only Groovy script without a class',
      { 'a.groovy': part, 'b.groovy': script, 'c.groovy': 'x' },
      ['Groovy', 'groovy', 'b.groovy', 'b.groovy'],
    ],
    [
      'the only Groovy script with #!',
      { 'a.groovy': part, 'b.groovy': `#!/usr/bin/env groovy\n${part}` },
      ['Groovy', 'groovy', 'b.groovy', 'b.groovy'],
    ],
    [
      'the first of several Groovy scripts',
      { 'a.groovy': part, 'b.groovy': script, 'c.groovy': script },
      ['Groovy', 'groovy', 'a.groovy', 'a.groovy'],
    ],
    [
      'a Groovy script of a few characters',
      { 'b.groovy': 'x' },
      ['Groovy', 'groovy', 'b.groovy', 'b.groovy'],
    ],
    [
      'Play 2.1, staged',
      { start: 'x', [`staged/${OLD_PLAY}`]: 'x' },
      ['Play', 'play', 'start', 'a jar of Play (Pre22Staged)'],
    ],
    [
      'Play 2.1, staged, without its script',
      { [`staged/${OLD_PLAY}`]: 'x' },
      ['Play', 'play', 'staged', 'a jar of Play (Pre22Staged)'],
    ],
    [
      'Play 2.8, staged',
      { 'bin/app.bat': 'x', 'bin/app': 'x', [`lib/${PLAY}`]: 'x', 'lib/a.jar': 'x' },
      ['Play', 'play', 'bin/app', 'a jar of Play (Post22Staged)'],
    ],
    [
      'Play 2.8, staged, without its script',
      { 'bin/app.bat': 'x', [`lib/${PLAY}`]: 'x' },
      ['Play', 'play', 'lib', 'a jar of Play (Post22Staged)'],
    ],
    [
      'Play 2.8, a distribution',
      { 'application-root/bin/app': 'x', [`application-root/lib/${PLAY}`]: 'x' },
      ['Play', 'play', 'application-root/bin/app', 'a jar of Play (Post22Dist)'],
    ],
    [
      'Play 2.1, a distribution',
      { 'application-root/start': 'x', [`application-root/lib/${OLD_PLAY}`]: 'x' },
      ['Play', 'play', 'application-root/start', 'a jar of Play (Pre22Dist)'],
    ],
    [
      'Dist ZIP',
      { ...distZip, 'a.txt': 'x', 'other/bin/x': 'x' },
      ['Dist ZIP', 'distribution', 'app-1.0/bin/app', 'app-1.0/bin beside app-1.0/lib'],
    ],
    [
      'Dist ZIP at the root',
      { 'bin/a.bat': 'x', 'bin/b/c': 'x', 'bin/d': 'x', 'lib/a.jar': 'x' },
      ['Dist ZIP', 'distribution', 'bin/d', 'bin beside lib'],
    ],
    [
      'a jar with a main class',
      { 'a.jar': noMainJar, 'b.jar': mainJar, ...plainMain },
      ['Java Main', 'main', 'b.jar', 'Main-Class in b.jar'],
    ],
    [
      'a main class',
      { 'a.jar': noMainJar, 'a.txt': mainJar, 'Main.class': 'x', ...plainMain },
      ['Java Main', 'main', 'Main', 'Main-Class in its manifest'],
    ],
    ['classes', { 'a.txt': 'x', 'A.class': 'x' }, ['Java Main', 'main', 'JAVA_MAIN_CLASS', 'A.class']],
  ])('%s', async (_what, files, found) => {
    expect(await recognised(files)).toEqual(foundContainer(...found))
  })

  it.each<[string, Files]>([
    ['BOOT-INF without a sign in the manifest', inBootInf('X-Start-Class: x')],
    ['BOOT-INF without a manifest', { 'BOOT-INF/a': 'x' }],
    ['a sign of Spring Boot in the manifest without BOOT-INF', { [MANIFEST]: manifest('Start-Class: x') }],
    ['a file that is named like Spring', { 'spring.txt': 'x' }],
    ['a jar of Spring Boot without a script', { [`lib/${SPRING_BOOT}`]: 'x', 'bin/a.bat': 'x' }],
    ['a text named like a jar of Spring Boot', { 'bin/app': 'x', [`BOOT-INF/lib/${SPRING_BOOT}.txt`]: 'x' }],
    ['a directory named like a jar of Spring Boot', { [`lib/${SPRING_BOOT}/a`]: 'x' }],
    [
      'Groovy classes below directories, one of them with a main method',
      {
        'a/a.groovy': part,
        'a/b.groovy': 'class A { static void main(x) {} }',
      },
    ],
    [
      'Groovy classes below directories, one of them with #!',
      {
        'a/a.groovy': part,
        'a/b.groovy': `#!/usr/bin/env groovy\n${part}`,
      },
    ],
    ['Play 2.8 where 2.1 has its jars', { [`staged/${PLAY}`]: 'x' }],
    ['Play 2.1 where 2.8 has its jars', { 'bin/app': 'x', 'lib/a.jar': 'x', [`lib/${OLD_PLAY}`]: 'x' }],
    ['a distribution of Play 2.8 without a script', { [`application-root/lib/${PLAY}`]: 'x' }],
    ['a distribution of Play 2.1 without a script', { [`application-root/lib/${OLD_PLAY}`]: 'x' }],
    ['bin without lib', { 'bin/app': 'x' }],
    ['bin beside a file named lib', { 'bin/app': 'x', lib: 'x' }],
    ['lib beside a bin without a script', { 'bin/app.bat': 'x', 'lib/a.jar': 'x' }],
    ['two distributions', { 'a/bin/a': 'x', 'a/lib/a': 'x', 'b/bin/b': 'x', 'b/lib/b': 'x' }],
    ['a jar whose main class is empty', { 'a.jar': jar({ [MANIFEST]: manifest('Main-Class: ') }) }],
    ['a jar below a directory', { 'a/a.jar': mainJar }],
    ['nothing', {}],
  ])('no app in %s', async (_what, files) => {
    expect(await recognised(files)).toEqual({ kind: 'none' })
  })

  it('the main class of JBP_CONFIG_JAVA_MAIN before all else, if it names one', async () => {
    expect(await recognised(war, 'A')).toEqual(
      foundContainer('Java Main', 'main', 'A', 'a main class in JBP_CONFIG_JAVA_MAIN'),
    )
    expect(await recognised(war, '')).toMatchObject({ container: 'Tomcat' })
  })

  it.each([
    ['Main-Class: org.acme.A', 'org.acme.A'],
    ['Main-Class:A', 'A'],
    ['  Main-Class:  A  ', 'A'],
    ['X: y\r\nMain-Class: org.ac\r\n me.\n A\r\nZ: z', 'org.acme.A'],
    ['X: y\n\nMain-Class: A\nMain-Class: B', 'A'],
  ])('the main class of the manifest %j', async (text, runs) => {
    expect(await recognised({ [MANIFEST]: text })).toMatchObject({ container: 'Java Main', runs })
  })
})

describe('a jar of Play', () => {
  it.each([
    ['play_2.13-2.2.0.jar', 'lib'],
    ['play.play_2.9.1-2.2.jar', 'lib'],
    ['com.typesafe.play.play_2.13-2.10.1.jar', 'lib'],
    ['com.typesafe.play_2.13-3.0.0.jar', 'lib'],
    ['play_2.13-10.0.jar', 'lib'],
    ['play_2.10-2.1.4.jar', 'staged'],
    ['play_2.10-1.5.0.jar', 'staged'],
    ['play_2.10-2.jar', 'staged'],
    ['play_2.10-3.jar', 'staged'],
    ['play_2.10-2.x3.jar', 'staged'],
    ['play_2.10-2x.1.jar', 'staged'],
    ['play_2.10-x3.0.jar', 'staged'],
  ])('%s is one in %s only', async (name, folder) => {
    for (const each of ['lib', 'staged'])
      expect(await recognised({ [`${each}/${name}`]: 'x' }), each).toEqual(
        each === folder ? expect.objectContaining({ container: 'Play' }) : { kind: 'none' },
      )
  })

  it.each(['my.play_2.13-2.8.1.jar', 'play_2.13.jar', 'play_2.13-2.8.1.jar.txt', 'play2-2.8.1.jar'])(
    'is not %s',
    async (name) => {
      expect(await recognised({ [`lib/${name}`]: 'x' })).toEqual({ kind: 'none' })
    },
  )

  it.each<[string, boolean]>([
    ['play_2.13.jar', false],
    ['play.play_2.13', false],
    ['x.com.typesafe.play.play_2', false],
    ['play_2.13.txt', true],
    ['x.play.play_2.jar', true],
    ['my-play_2.13.jar', true],
  ])('of no known version, %s, may be in Dist ZIP: %s', async (name, isDistZip) => {
    expect((await recognised({ 'bin/app': 'x', [`lib/${name}`]: 'x' })).kind).toBe(
      isDistZip ? 'container' : 'none',
    )
  })
})

describe('Java buildpack 5.x fails', () => {
  it('for several kinds of Play, which it names', async () => {
    const files = { start: 'x', [`staged/${OLD_PLAY}`]: 'x', 'bin/app': 'x', [`lib/${PLAY}`]: 'x' }
    expect(await recognised(files)).toEqual({
      kind: 'failure',
      why: 'Play Framework application version cannot be determined: [Pre22Staged Post22Staged]',
    })
  })
})
