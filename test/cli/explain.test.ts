import { copyFileSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { explain } from '../../src/cli/explain.ts'
import { temporaryFolder } from '../support/files.ts'

const folder = temporaryFolder({ file: 'x' })

function thrownBy(action: () => void): unknown {
  try {
    action()
  } catch (thrown) {
    return thrown
  }
  return undefined
}

it.each<[string, () => void, string]>([
  [
    'a directory that is missing',
    () => readdirSync(`${folder}/none`),
    `${folder}/none: no such file or directory`,
  ],
  ['a file in place of one', () => readdirSync(`${folder}/file`), `${folder}/file: not a directory`],
  [
    'a file that cannot be copied there',
    () => copyFileSync(`${folder}/file`, `${folder}/none/file`),
    `${folder}/none/file: no such file or directory`,
  ],
])('a failure of the system names the file: %s', (_what, action, message) => {
  expect(explain(thrownBy(action), {})).toBe(`error: ${message}\n`)
})

it.each([
  new Error('something'),
  Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED', syscall: 'connect' }),
  Object.assign(new Error('spawn git ENOENT'), { code: 'ENOENT', syscall: 'spawn git', path: 'git' }),
  Object.assign(new Error('EXDEV: cross-device link, rename'), {
    code: 'EXDEV',
    syscall: 'rename',
    path: '/a',
  }),
])('%s keeps its words', (error) => {
  expect(explain(error, {})).toBe(`error: ${error.message}\n`)
})

it.each<[string, (path: string) => void]>([
  ['mkdtemp', mkdtempSync],
  ['mkdir', mkdirSync],
])('names TMPDIR if it refuses a directory: %s', (_, make) => {
  vi.stubEnv('TMPDIR', join(folder, 'none'))
  const thrown = thrownBy(() => make(join(folder, 'none', 'staging')))
  expect(explain(thrown, {})).toBe(
    `error: cannot create a directory in ${folder}/none: no such file or directory; set TMPDIR to a writable directory\n`,
  )
  vi.unstubAllEnvs()
})
