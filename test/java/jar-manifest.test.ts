import { expect, it } from 'vitest'
import { parseJarManifest } from '../../src/java/jar-manifest.ts'

it.each([
  ['\n', 'lines that end in LF'],
  ['\r\n', 'lines that end in CR LF'],
  ['\r', 'lines that end in CR'],
])('reads the main section, in lines that end in %j', (end) => {
  const lines = [
    'Main-Class: com.example.',
    ' Main',
    'Premain-Class: A',
    'no colon',
    ': no name',
    'premain-class: B',
    '',
  ]
  const manifest = parseJarManifest([...lines, 'Name: other', 'Agent-Class: C', ''].join(end))
  expect(manifest.get('main-class')).toBe('com.example.Main')
  expect(manifest.get('Premain-Class')).toBe('B')
  expect([manifest.count('PREMAIN-CLASS'), manifest.count('Main-Class'), manifest.count('None')]).toEqual([
    2, 1, 0,
  ])
  expect([manifest.get('Agent-Class'), manifest.get('no colon'), manifest.get('')]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

it('leaves out empty lines at the start, and may be empty', () => {
  expect(parseJarManifest('\n\nMain-Class: A').get('Main-Class')).toBe('A')
  expect(parseJarManifest('').get('Main-Class')).toBeUndefined()
})
