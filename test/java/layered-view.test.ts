import { expect, it } from 'vitest'
import { folderView } from '../../src/java/app-view.ts'
import { layeredView } from '../../src/java/layered-view.ts'
import { temporaryFolder } from '../support/files.ts'
import { jar, manifest } from '../support/jars.ts'

const jarOf = (mainClass: string, classes: number) =>
  jar({
    'META-INF/MANIFEST.MF': manifest(`Main-Class: ${mainClass}`),
    ...Object.fromEntries(Array.from({ length: classes }, (_, at) => [`C${at}.class`, 'x'])),
  })

const view = layeredView(
  folderView(temporaryFolder({ 'both.jar': jarOf('Upper', 2), 'a/upper.txt': 'upper', 'a/both.txt': 'abc' })),
  folderView(
    temporaryFolder({
      'both.jar': jarOf('Lower', 1),
      'lower.jar': jarOf('Lower', 3),
      'b/c.txt': 'lower',
      'a/both.txt': '',
    }),
  ),
)

it('has the files of both places once', () => {
  expect([...view.paths().files].sort()).toEqual([
    'a/both.txt',
    'a/upper.txt',
    'b/c.txt',
    'both.jar',
    'lower.jar',
  ])
  expect([...view.paths().folders].sort()).toEqual(['a', 'b'])
})

it.each([
  ['both.jar', 'Upper', 2],
  ['lower.jar', 'Lower', 3],
])('reads %s where it is, above first', async (path, mainClass, classes) => {
  expect(await view.manifestOf(path)).toContain(`Main-Class: ${mainClass}`)
  expect(await view.classesOf(path)).toMatchObject({ classes })
})

it.each([
  ['a/both.txt', 'abc'],
  ['a/upper.txt', 'upper'],
  ['b/c.txt', 'lower'],
])('reads the text and size of %s', (path, text) => {
  expect([view.readText(path), view.sizeOf(path)]).toEqual([text, text.length])
})
