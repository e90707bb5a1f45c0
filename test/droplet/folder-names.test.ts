import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { folderNames } from '../../src/droplet/folder-names.ts'

describe('folderNames', () => {
  test('keeps safe names, and stays readable', () => {
    expect([...folderNames(['config-server', 'performance monitor', 'ein/aus', '..', '😀', 'été'])]).toEqual(
      [
        ['config-server', 'config-server'],
        ['performance monitor', 'performance-monitor'],
        ['ein/aus', 'ein-aus'],
        ['..', 'sidecar'],
        ['😀', expect.stringMatching(/^sidecar-[0-9a-f]{8}$/)],
        ['été', 't'],
      ].sort((a, b) => (a[0] === 'config-server' ? -1 : b[0] === 'config-server' ? 1 : 0)),
    )
  })

  test('distinguishes names that differ only in case or special characters; a safe one is not changed', () => {
    const folders = folderNames(['a b', 'a-b', 'A-B', 'a\nb'])
    expect(folders.get('a-b')).toBe('a-b')
    expect(new Set([...folders.values()].map((each) => each.toLowerCase())).size).toBe(4)
  })

  test.each<[string, readonly string[], readonly string[]]>([
    ['a safe name, also the longest', ['Az09._-b', 'x'.repeat(64)], ['Az09._-b', 'x'.repeat(64)]],
    ['one that is too long', ['x'.repeat(65)], [`${'x'.repeat(55)}-b42b1787`]],
    ['others, with each run of other characters replaced', [' .a  \n b.- '], ['a-b']],
    [
      'one that differs in case only, with a digest',
      ['A316', 'a316', 'FOOBAR', 'foobar'],
      ['A316', 'a316-8c9ee3a6', 'FOOBAR', 'foobar-bf9cf968'],
    ],
    [
      'one whose digest is taken, with that of the next turn',
      ['FOOBAR', 'foobar', 'foobar-bf9cf968'],
      ['FOOBAR', 'foobar-fe1c88ae', 'foobar-bf9cf968'],
    ],
    ['a digest that begins with 0', ['a316', 'A316'], ['a316', 'A316-00259ec6']],
  ])('are, in each staging, the same for %s', (_, names, folders) => {
    expect(names.map((each) => folderNames(names).get(each))).toEqual(folders)
  })

  test('any names: unique without regard to case, safe in a shell and on a file system, the same each time', () => {
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 255 })
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.oneof(name, fc.constantFrom('a b', 'A b', 'a-b', 'A-B', '.', '..', '-x'))),
        (names) => {
          const folders = folderNames(names)
          expect([...folders.keys()].sort()).toEqual([...names].sort())
          expect(new Set([...folders.values()].map((each) => each.toLowerCase())).size).toBe(names.length)
          for (const each of folders.values()) expect(each).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/)
          expect(folderNames(names)).toEqual(folders)
        },
      ),
    )
  })
})
