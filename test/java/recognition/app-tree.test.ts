import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderView } from '../../../src/java/app-view.ts'
import { type AppTree, appTree } from '../../../src/java/recognition/app-tree.ts'
import { temporaryFolder } from '../../support/files.ts'
import { jar, manifest } from '../../support/jars.ts'

const MANIFEST = manifest('Main-Class: A')
const app = temporaryFolder({
  'b.txt': 'b',
  'a/x.txt': 'x',
  'a/y/z.txt': 'z',
  'a/y/lib.jar': jar({ 'META-INF/MANIFEST.MF': MANIFEST }),
  'a.x/only.txt': 'only',
  B: 'B',
  '.hidden/h.txt': 'h',
  'c/.i.txt': 'i',
})
mkdirSync(join(app, 'e/f'), { recursive: true })
const tree = appTree(folderView(app))

/** Directories end in a slash. */
const listed = (of: AppTree, folder = '') =>
  of.list(folder).map(({ name, isFolder }) => (isFolder ? `${name}/` : name))
const without = (...paths: readonly string[]) => tree.without(new Set(paths))

describe('the files of an app', () => {
  it('are listed by directory, sorted by bytes', () => {
    expect(listed(tree)).toEqual(['.hidden/', 'B', 'a/', 'a.x/', 'b.txt', 'c/', 'e/'])
    expect(listed(tree, 'a')).toEqual(['x.txt', 'y/'])
    expect(listed(tree, 'a/y')).toEqual(['lib.jar', 'z.txt'])
    expect(listed(tree, 'e')).toEqual(['f/'])
    expect(listed(tree, 'e/f')).toEqual([])
    expect(listed(tree, 'none')).toEqual([])
  })

  it('exist as files and directories', () => {
    for (const path of ['b.txt', 'a', 'a/y', 'a/y/z.txt', 'e', 'e/f']) expect(tree.has(path), path).toBe(true)
    for (const path of ['a/y', 'e', 'e/f']) expect(tree.isFolder(path), path).toBe(true)
    for (const path of ['a/', 'none', 'x.txt']) expect(tree.has(path), path).toBe(false)
    expect(tree.isFolder('b.txt')).toBe(false)
  })

  it('are found by their ending, those below a name with a dot on request', () => {
    const shown = ['a.x/only.txt', 'a/x.txt', 'a/y/z.txt', 'b.txt']
    expect(tree.filesEnding('.txt')).toEqual(shown)
    expect(tree.filesEnding('.txt', { hidden: true })).toEqual(['.hidden/h.txt', ...shown, 'c/.i.txt'])
  })

  it('are read', async () => {
    expect(tree.readText('a/y/z.txt')).toBe('z')
    expect(tree.readText('a/y')).toBeUndefined()
    expect(await tree.manifestOf('a/y/lib.jar')).toBe(MANIFEST)
    expect(await tree.manifestOf('b.txt')).toBeUndefined()
  })
})

describe('the files of an app without some', () => {
  it('have no directories that become empty', () => {
    expect(listed(without('a.x/only.txt', 'a/y', 'B'))).toEqual(['.hidden/', 'a/', 'b.txt', 'c/', 'e/'])
    expect(listed(without('a/y'), 'a')).toEqual(['x.txt'])
    expect(listed(without('e'))).not.toContain('e/')
    expect(without('e/f').has('e')).toBe(false)
  })

  it('cannot be read', async () => {
    expect(without('b.txt').readText('b.txt')).toBeUndefined()
    expect(await without('a').manifestOf('a/y/lib.jar')).toBeUndefined()
  })
})

describe('the files of an app with one moved', () => {
  it('have it in the other place only', () => {
    const moved = tree.moved('a/x.txt', 'n/m.txt')
    expect(listed(moved)).toEqual(['.hidden/', 'B', 'a/', 'a.x/', 'b.txt', 'c/', 'e/', 'n/'])
    expect(listed(moved, 'a')).toEqual(['y/'])
    expect([moved.readText('n/m.txt'), moved.readText('a/x.txt')]).toEqual(['x', undefined])
    const again = moved.moved('n', 'o').moved('b.txt', 'o/b.txt')
    expect(listed(again, 'o')).toEqual(['b.txt', 'm.txt'])
    expect([again.readText('o/m.txt'), again.readText('o/b.txt')]).toEqual(['x', 'b'])
    expect(again.filesEnding('b.txt')).toEqual(['o/b.txt'])
  })

  it('have a directory with all that is in it in the other place', async () => {
    const moved = tree.moved('a', 'n').moved('e', 'n/e')
    expect(listed(moved)).toEqual(['.hidden/', 'B', 'a.x/', 'b.txt', 'c/', 'n/'])
    expect(listed(moved, 'n')).toEqual(['e/', 'x.txt', 'y/'])
    expect(listed(moved, 'n/e')).toEqual(['f/'])
    expect(moved.readText('n/y/z.txt')).toBe('z')
    expect(await moved.manifestOf('n/y/lib.jar')).toBe(MANIFEST)
    expect(await moved.manifestOf('a/y/lib.jar')).toBeUndefined()
  })
})
