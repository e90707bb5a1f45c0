import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { countClassesInArchive, countClassesInFolder, loadedClassCount } from '../../src/java/class-count.ts'
import { folder, jar, sourceOf } from './jars.ts'

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
    expect(countClassesInFolder(folder(files))).toEqual({ classes: 5, unreadable: [] })
  })

  it.each([
    ['stored', ['BOOT-INF/lib/library.jar']],
    ['deflated', []],
  ])('counts a jar as the folder that cf push makes of it, its jars %s', async (_how, stored) => {
    expect(await countClassesInArchive(sourceOf(jar(files, stored)))).toEqual({ classes: 5, unreadable: [] })
  })

  it('does not count what lies in a jar of a jar of a folder, as the platform does not', () => {
    expect(countClassesInFolder(folder({ 'app.jar': jar(files) })).classes).toBe(2)
  })

  it('counts nothing for a jar that cannot be read, and names it', async () => {
    const broken = { ...files, 'BOOT-INF/lib/broken.jar': library.subarray(0, 40) }
    const inFolder = countClassesInFolder(folder(broken))
    expect(inFolder.classes).toBe(5)
    expect(inFolder.unreadable).toEqual([expect.stringContaining('broken.jar')])
    const inArchive = await countClassesInArchive(sourceOf(jar(broken)))
    expect(inArchive.classes).toBe(5)
    expect(inArchive.unreadable).toEqual([expect.stringContaining('BOOT-INF/lib/broken.jar in some.jar')])
  })

  it('follows links to jars, not to folders, and takes no folder for a class', () => {
    const app = folder({ 'lib/library.jar': library, 'odd.class/inner.txt': 'x' })
    symlinkSync(join(app, 'lib/library.jar'), join(app, 'again.jar'))
    symlinkSync(join(app, 'lib'), join(app, 'lib2'))
    expect(countClassesInFolder(app).classes).toBe(6)
    symlinkSync('nowhere.jar', join(app, 'dangling.jar'))
    writeFileSync(join(app, 'One.class'), 'x')
    expect(countClassesInFolder(app)).toEqual({ classes: 7, unreadable: ['dangling.jar cannot be read'] })
  })

  it('keeps only the end of a deflated jar in a jar, however large it is', async () => {
    const large = jar({ 'big.bin': Buffer.alloc(24 * 1024 ** 2, 7), 'A.class': 'x' }, ['big.bin'])
    expect((await countClassesInArchive(sourceOf(jar({ 'large.jar': large })))).classes).toBe(1)
  })

  it('adds the classes of the JRE from Java 9 on and takes 35 % of all', () => {
    expect(loadedClassCount(11_311, 17)).toBe(18_734)
    expect(loadedClassCount(11_311, 8)).toBe(3958)
  })
})
