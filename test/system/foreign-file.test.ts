import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  openForeignFile,
  readForeignFile,
  readForeignFileIfThere,
  readHead,
} from '../../src/system/foreign-file.ts'

const root = mkdtempSync(join(tmpdir(), 'foreign-'))
const at = (name: string) => join(root, name)
const socket = createServer()

beforeAll(async () => {
  writeFileSync(at('file'), 'content')
  writeFileSync(at('empty'), '')
  writeFileSync(at('sparse'), '')
  truncateSync(at('sparse'), 2 * 1024 ** 3)
  mkdirSync(at('directory'))
  execFileSync('mkfifo', [at('pipe')])
  symlinkSync('/dev/zero', at('device'))
  symlinkSync('file', at('link'))
  symlinkSync('nowhere', at('dangling'))
  symlinkSync('circle', at('circle'))
  await new Promise<void>((done) => socket.listen(at('socket'), done))
})
afterAll(() => {
  socket.close()
  rmSync(root, { recursive: true })
})

describe('a file of another program', () => {
  it('is read when it is a regular file', () => {
    expect(readForeignFile(at('file')).toString()).toBe('content')
    expect(readForeignFile(at('link')).toString()).toBe('content')
    expect(readForeignFile(at('empty'))).toHaveLength(0)
    expect(readForeignFile('/proc/self/stat').toString()).toMatch(/^\d+ \(/)
    expect(readHead(at('file'), 3).toString()).toBe('con')
    expect(readHead(at('file'), 30).toString()).toBe('content')
    closeSync(openForeignFile(at('file')))
  })

  it.each([
    ['pipe', 'is a named pipe (fifo), expected a file'],
    ['device', 'is a device, expected a file'],
    ['directory', 'is a directory, expected a file'],
    ['socket', 'is a socket, expected a file'],
    ['sparse', 'has 2147483648 bytes, more than 4194304'],
    ['circle', 'is a circular link'],
    ['missing', 'does not exist'],
    ['dangling', 'does not exist'],
    ['file/below', 'does not exist'],
    ['x'.repeat(300), 'has a name that is too long'],
  ])('is refused in a sentence with its path: %s', (name, what) => {
    expect(() => readForeignFile(at(name))).toThrow(`${at(name)} ${what}`)
  })

  it('is refused when its permissions do not allow it', (context) => {
    if (process.getuid?.() === 0) context.skip('root may read everything')
    chmodSync(at('empty'), 0)
    expect(() => readForeignFile(at('empty'))).toThrow('cannot be read: permission denied')
  })

  it('is not reached through a link where that is asked', () => {
    expect(() => readForeignFile(at('link'), 100, { noFollow: true })).toThrow(
      'is a symbolic link, expected a file',
    )
    expect(readForeignFile(at('file'), 100, { noFollow: true }).toString()).toBe('content')
  })

  it('may be missing, but not be something else', () => {
    for (const name of ['missing', 'dangling', 'file/below'])
      expect(readForeignFileIfThere(at(name))).toBeUndefined()
    for (const name of ['pipe', 'directory', 'circle'])
      expect(() => readForeignFileIfThere(at(name))).toThrow(name)
  })

  it('is named as the user knows it', () => {
    expect(() => readForeignFile(at('pipe'), 1, { shown: 'launch.yml' })).toThrow(
      /^launch\.yml is a named pipe/,
    )
    expect(() => readForeignFile(at('file'), 3)).toThrow(`${at('file')} has 7 bytes, more than 3`)
  })
})

/** Each opens no file of others, or for a reason that src/system/foreign-file.ts cannot serve. */
const OPENS_FILES: Readonly<Record<string, string>> = {
  'buildpack/built-identity.ts': "reads the buildpack's own file",
  'cli/input-text.ts': 'reads descriptors that the shell has opened, up to a limit',
  'container/nested-mounts.ts': 'reads /proc',
  'container/tools.ts': 'reads /proc',
  'diego/session.ts': 'reads /proc',
  'lifecycle/push/push.ts': 'copies by a descriptor of openChecked',
  'log/named-pipes.ts': 'opens pipes that it has just made',
  'packaging/bundle/config-check.ts': 'copies what addition.ts has checked, into its own folder',
  'packaging/bundle/jar-file.ts': 'opens for writing what existingFile has found to be a file',
  'packaging/bundle/replace-jar.ts': 'copies the jar that jar-file.ts holds open',
  'packaging/bundle/side-file.ts': 'makes a new file',
  'packaging/package/code-caches.ts': 'reads what it has just compiled',
  'packaging/package/node-runtime.ts': 'copies its own files',
  'packaging/package/sbom.ts': "reads the buildpack's own file",
  'packaging/package/zip-file.ts': 'reads by a descriptor of openForeignFile, and writes',
  'sources/archives/target.ts': 'makes new files',
  'sources/copy.ts': 'copies by a descriptor of openChecked',
  'sources/download.ts': 'makes new files',
  'sources/fetch/fetch.ts': 'makes new files, and copies by a descriptor of openForeignFile',
  'stand-ins/stand-in-app.ts': "reads the command line's own file",
  'stand-ins/static-server/main.ts': 'reads by a descriptor of openChecked',
  'system/foreign-file.ts': 'is the one way',
  'system/proc.ts': 'reads /proc and cgroups',
}

/** What opens a file by its name, as imported from node:fs, node:fs/promises or yauzl. */
const OPENS = /\b(?:readFile|open|openPromise|createReadStream|copyFile|cp|openAsBlob)(?:Sync)?\b/

it('files of others are opened by this module only', () => {
  const src = join(import.meta.dirname, '../../src')
  const opening = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => {
      const text = readFileSync(join(src, file), 'utf8')
      const imports = [...text.matchAll(/import ([^;]*?) from '(?:node:fs(?:\/promises)?|yauzl)'/g)]
      return imports.some(([, names = '']) => OPENS.test(names) || !names.includes('{'))
    })
  expect(opening.sort().filter((file) => !Object.hasOwn(OPENS_FILES, file))).toEqual([])
  expect(Object.keys(OPENS_FILES).filter((file) => !opening.includes(file))).toEqual([])
})
