import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { countClassesInArchive, countClassesInFolder, countJarClasses } from '../../src/java/class-count.ts'
import { loadedClassCount } from '../../src/java/loaded-classes.ts'
import { readDirectory } from '../../src/zip/directory.ts'
import { temporaryFolder } from '../support/files.ts'
import { jar, sourceOf } from '../support/jars.ts'

const library = jar({ 'a/A.class': 'x', 'a/B.class': 'x', 'a/c.groovy': 'x', 'a/d.txt': 'x' })
const files = {
  'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\n\n',
  'BOOT-INF/classes/Main.class': 'x',
  'BOOT-INF/classes/script.groovy': 'x',
  'BOOT-INF/lib/library.jar': library,
  'static/notes.txt': 'x',
}

describe('class count', () => {
  it('counts classes and scripts of a folder, and those its jars list', () => {
    expect(countClassesInFolder(temporaryFolder(files))).toEqual({ classes: 5, unreadable: [] })
  })

  it.each([
    ['stored', ['BOOT-INF/lib/library.jar']],
    ['deflated', []],
  ])('counts a jar as the folder that cf push makes of it, its jars %s', async (_how, stored) => {
    expect(await countClassesInArchive(sourceOf(jar(files, stored)))).toEqual({ classes: 5, unreadable: [] })
  })

  it('does not count jars inside jars of a directory, like the platform', () => {
    expect(countClassesInFolder(temporaryFolder({ 'app.jar': jar(files) })).classes).toBe(2)
  })

  it('counts nothing for a jar that cannot be read, and names it', async () => {
    const broken = { ...files, 'BOOT-INF/lib/broken.jar': library.subarray(0, 40) }
    const inFolder = countClassesInFolder(temporaryFolder(broken))
    expect(inFolder.classes).toBe(5)
    expect(inFolder.unreadable).toEqual([expect.stringContaining('broken.jar')])
    const inArchive = await countClassesInArchive(sourceOf(jar(broken)))
    expect(inArchive.classes).toBe(5)
    expect(inArchive.unreadable).toEqual([expect.stringContaining('BOOT-INF/lib/broken.jar in some.jar')])
  })

  it('follows links to jars, not to directories, and does not count directories', () => {
    const app = temporaryFolder({ 'lib/library.jar': library, 'odd.class/inner.txt': 'x' })
    symlinkSync(join(app, 'lib/library.jar'), join(app, 'again.jar'))
    symlinkSync(join(app, 'lib'), join(app, 'lib2'))
    expect(countClassesInFolder(app).classes).toBe(6)
    symlinkSync('nowhere.jar', join(app, 'dangling.jar'))
    writeFileSync(join(app, 'One.class'), 'x')
    expect(countClassesInFolder(app)).toEqual({ classes: 7, unreadable: ['dangling.jar does not exist'] })
  })

  it('keeps only the end of a deflated jar in a jar, however large it is', async () => {
    const large = jar({ 'big.bin': Buffer.alloc(24 * 1024 ** 2, 7), 'A.class': 'x' }, ['big.bin'])
    expect((await countClassesInArchive(sourceOf(jar({ 'large.jar': large })))).classes).toBe(1)
  })

  it('does not read a jar again whose classes are known', () => {
    const app = temporaryFolder({ 'a.jar': 'not a jar', 'B.class': 'x' })
    expect(countClassesInFolder(app, new Map([[join(app, 'a.jar'), 3]]))).toEqual({
      classes: 4,
      unreadable: [],
    })
  })

  it('of an agent includes a share of what it keeps under other names', () => {
    const kept = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`inst/A${at}.classdata`, 'x']))
    const agent = jar({ ...kept, 'A.class': 'x', 'B.class': 'x', 'C.esclazz': 'x' })
    expect(countJarClasses(readDirectory(sourceOf(agent)))).toEqual({ classes: 2, agentClasses: 10 })
  })
})

describe('the class count for the memory calculator', () => {
  it('are 35 % of the classes of the app, and of the JRE from Java 9 on, rounded down by 5.x', () => {
    expect(loadedClassCount(5, 11_311, 17, 'main')).toBe(18_734)
    expect(loadedClassCount(5, 11_311, 8, 'main')).toBe(3958)
    expect(loadedClassCount(5, 0, 8, 'main')).toBe(6300)
  })

  it('include the jars of .java-buildpack under 4.x, rounded up', () => {
    expect(loadedClassCount(4, 11_311, 17, 'main')).toBe(18_910)
    expect(loadedClassCount(4, 11_311, 8, 'main')).toBe(14_634)
    expect(loadedClassCount(4, 0, 17, 'war')).toBe(Math.ceil(0.35 * (42_215 + 500 + 5000)))
  })
})
