import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { archiveView, folderView } from '../../src/java/app-view.ts'
import { InputError } from '../../src/problems/problems.ts'
import { type ZipEntry, zipFile } from '../support/archives/archive-files.ts'
import { temporaryFolder } from '../support/files.ts'
import { jar, manifest, sourceOf } from '../support/jars.ts'

const MANIFEST = manifest('Main-Class: A')
const files = {
  'first.txt': 'first',
  'lib/a.jar': jar({
    'META-INF/MANIFEST.MF': MANIFEST,
    'A.class': 'x',
    'b/B.groovy': 'x',
    'c/C.classdata': 'x',
  }),
  'lib/b/broken.jar': 'no jar',
  'lib/plain.jar': jar({ 'A.txt': 'x' }),
  'library/c.txt': 'library',
  'empty.txt': '',
}
const directory = temporaryFolder(files)
mkdirSync(join(directory, 'none/below'), { recursive: true })
const archive = jar({ ...files, 'none/': '', 'none/below/': '' })

describe.each([
  ['a directory', () => folderView(directory)],
  ['an archive', () => archiveView(sourceOf(archive))],
])('an app in %s', (_what, view) => {
  it('has its files, and directories without files', () => {
    const { files: found, folders } = view().paths()
    expect(found.toSorted()).toEqual(Object.keys(files).sort())
    expect(folders).toEqual(expect.arrayContaining(['none', 'none/below']))
  })

  it.each([
    ['first.txt', 'first'],
    ['library/c.txt', 'library'],
    ['empty.txt', ''],
    ['lib', undefined],
    ['nothing', undefined],
  ])('has the text of %s: %j', (path, text) => {
    expect(view().readText(path)).toBe(text)
  })

  it.each([
    ['lib/a.jar', MANIFEST, { classes: 2, agentClasses: 3 }],
    ['lib/plain.jar', undefined, { classes: 0, agentClasses: 0 }],
    ['lib/b/broken.jar', undefined, undefined],
    ['nothing.jar', undefined, undefined],
  ])('has the manifest and the number of classes of %s', async (path, text, classes) => {
    expect(await view().manifestOf(path)).toBe(text)
    expect(await view().classesOf(path)).toEqual(classes)
  })

  it.each([
    ['first.txt', 5],
    ['empty.txt', 0],
    ['lib', files['lib/a.jar'].length + files['lib/plain.jar'].length + 6],
    ['lib/b', 6],
    ['library', 7],
    ['nothing', undefined],
    ['li', undefined],
  ])('has the size of %s: %j', (path, bytes) => {
    expect(view().sizeOf(path)).toBe(bytes)
  })
})

describe('class files', () => {
  const paths = ['A.class', 'B.class', 'a/A.class', 'a/B.class', 'a/b/A.class', 'a/b/B.class', 'b/A.class']
  const others = ['a/Z.txt', 'b/1.txt', 'b/2.txt', 'b/3.txt', 'b/4.txt']
  const classes = Object.fromEntries([...others, ...paths].map((path) => [path, 'x']))

  it('of a directory are one for each directory', () => {
    const { files: found, folders } = folderView(temporaryFolder(classes)).paths()
    const inFolders = found.map((path) => path.replace(/[AB]\.class$/, '*.class'))
    const once = ['*.class', 'a/*.class', 'a/b/*.class', 'b/*.class']
    expect(inFolders.sort()).toEqual([...once, ...others].sort())
    expect(folders.toSorted()).toEqual(['a', 'a/b', 'b'])
  })

  it('of an archive are one for each top directory, and all at its root', () => {
    const { files: found, folders } = archiveView(sourceOf(jar(classes))).paths()
    expect(found.toSorted()).toEqual(['A.class', 'B.class', 'a/A.class', ...others, 'b/A.class'].sort())
    expect(folders).toEqual([])
  })
})

describe('an app in a directory', () => {
  it('has links as files, also those to directories and to nothing', () => {
    const links = { 'a/link': { link: '../b' }, 'a/broken': { link: 'nowhere' }, 'b/c.txt': 'text' }
    const app = folderView(temporaryFolder(links))
    expect(app.paths().files.toSorted()).toEqual(['a/broken', 'a/link', 'b/c.txt'])
    expect([app.sizeOf('a'), app.sizeOf('a/broken')]).toEqual([4, undefined])
  })

  it('has nothing where the directory does not exist', () => {
    expect(folderView(join(directory, 'nowhere')).paths()).toEqual({ files: [], folders: [] })
  })
})

describe('an app in an archive', () => {
  const viewOf = (...entries: readonly ZipEntry[]) => archiveView(sourceOf(zipFile(entries), 'app.jar'))

  it('has the first MiB of a long text', () => {
    const app = viewOf({ name: 'long.txt', content: 'x'.repeat(1024 ** 2 + 1), deflate: true })
    expect(app.readText('long.txt')).toHaveLength(1024 ** 2)
  })

  it('has no text, and no content, of what it cannot unpack', async () => {
    const app = viewOf({ name: 'a.jar', content: files['lib/a.jar'], method: 12 })
    expect(app.readText('a.jar')).toBeUndefined()
    expect(await app.manifestOf('a.jar')).toBeUndefined()
    expect(app.sizeOf('a.jar')).toBe(files['lib/a.jar'].length)
  })

  it.each<[string, Buffer]>([
    ['is not a zip archive, or its end is missing', Buffer.from('no zip')],
    ['is damaged: its central directory contains a name with NUL', zipFile([{ name: 'a\0b' }])],
  ])('cannot be read when it %s', (what, bytes) => {
    expect(() => archiveView(sourceOf(bytes, 'app.jar'))).toThrow(new InputError(`app.jar ${what}`))
  })
})
