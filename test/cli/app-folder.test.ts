import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { withPushedFiles } from '../../src/cli/app-folder.ts'
import { type Files, listing, temporaryFolder } from '../support/files.ts'

const WHOLE: Files = {
  '.gitignore': '',
  '.git/refs/tags': '',
  '.cfignore': '*.log\n',
  'manifest.yml': '',
  a: '1',
  'bin/b': '2',
  'bin/link': { link: '../a' },
}

test('checks a directory in place if cf push pushes all of it', async () => {
  const app = temporaryFolder(WHOLE)
  expect(await withPushedFiles(app, async (folder) => folder)).toBe(app)
})

test.each<[what: string, also: Files]>([
  ['an ignored file', { 'bin/x.log': '' }],
  ["a file of the CLI's own list in a directory", { 'bin/.gitignore': '' }],
  ['an empty directory', { 'empty/.DS_Store': '' }],
])('checks a directory without %s', async (_, also) => {
  const app = temporaryFolder({ ...WHOLE, ...also })
  const checked = await withPushedFiles(app, async (folder) => [folder, ...listing(folder).map(nameIn)])
  expect(checked.slice(1)).toEqual(['a', 'bin/', 'bin/b', 'bin/link'])
  expect(existsSync(checked[0] ?? '')).toBe(false)
})

const nameIn = (line: string) => line.split(' ')[0]

test.each(['..', '/'])('does not follow a link to %s of the app', async (to) => {
  const app = temporaryFolder({ a: '' })
  const link = to === '/' ? join(app, 'a') : `../${basename(app)}/a`
  const linked = temporaryFolder({ b: '', link: { link } })
  expect(await withPushedFiles(linked, async (folder) => folder)).not.toBe(linked)
})

test.skipIf(process.getuid?.() === 0)('refuses a file that cf push cannot read', async () => {
  const app = temporaryFolder({ a: '', secret: { text: '', mode: 0 } })
  await expect(withPushedFiles(app, async () => undefined)).rejects.toThrow(/secret.*permission denied/)
})
