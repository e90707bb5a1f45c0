import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pushApp } from '../../src/lifecycle/push/push.ts'
import { copyTree } from '../../src/sources/copy.ts'
import { listTree } from '../../src/sources/tree.ts'
import { openChecked } from '../../src/system/checked-file.ts'
import { temporaryFolder } from '../support/files.ts'

const SECRET = 'outside of the app'
let root: string
let app: string
let outside: string

beforeEach(() => {
  root = temporaryFolder()
  app = join(root, 'app')
  outside = join(root, 'outside')
  mkdirSync(join(app, 'folder'), { recursive: true })
  mkdirSync(outside)
  writeFileSync(join(app, 'folder', 'file'), 'of the app')
  writeFileSync(join(outside, 'file'), SECRET)
})

const copied = (into: string) =>
  readdirSync(into, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => readFileSync(join(each.parentPath, each.name), 'utf8'))

describe('a file that was checked', () => {
  it('is opened when it is still the same', () => {
    const path = join(app, 'folder', 'file')
    const fd = openChecked(path, lstatSync(path), app)
    expect(readFileSync(fd, 'utf8')).toBe('of the app')
    closeSync(fd)
  })

  it('is refused when it was replaced by another file, or by a link to one', () => {
    const path = join(app, 'folder', 'file')
    const checked = lstatSync(path)
    renameSync(path, `${path}.old`)
    writeFileSync(path, 'another')
    expect(() => openChecked(path, checked, app)).toThrow('changed while it was copied')
    rmSync(path)
    symlinkSync(join(outside, 'file'), path)
    expect(() => openChecked(path, checked, app)).toThrow('changed while it was copied')
  })

  it('is refused when it is now outside, because a directory became a link', () => {
    rmSync(join(app, 'folder'), { recursive: true })
    symlinkSync(outside, join(app, 'folder'))
    const path = join(app, 'folder', 'file')
    // Checked through the link already: the same file, and yet not one of the app.
    expect(() => openChecked(path, statSync(path), app)).toThrow('changed while it was copied')
  })
})

it('a directory is not copied with files that were replaced meanwhile', async () => {
  const entries = listTree(app)
  rmSync(join(app, 'folder'), { recursive: true })
  symlinkSync(outside, join(app, 'folder'))
  const into = join(root, 'into')
  await expect(copyTree({ root: app, within: app, entries, into })).rejects.toThrow(
    'changed while it was copied',
  )
  expect(copied(into)).toEqual([])
})

describe('while another process puts links out of the app in the place of its files', () => {
  let swapping: ChildProcess
  beforeEach(() => {
    const script = `cd "$1" && while :; do
      mv folder/file folder/real && ln -s "$2/file" folder/file && mv -T folder/real folder/file
      mv folder real && ln -s "$2" folder && rm folder && mv real folder
    done`
    swapping = spawn('bash', ['-c', script, 'swap', app, outside], { stdio: 'ignore', detached: true })
  })
  afterEach(async () => {
    const ended = once(swapping, 'exit')
    process.kill(-(swapping.pid ?? 0), 'SIGKILL')
    await ended
  })

  it.each([
    [
      'sources',
      async (into: string) => void (await copyTree({ root: app, within: app, entries: listTree(app), into })),
    ],
    ['a push', (into: string) => pushApp({ app, buildDir: into })],
  ])('nothing of what they lead to is copied by %s', async (_, copy) => {
    const seen: string[] = []
    for (let attempt = 0; attempt < 200; attempt++) {
      const into = join(root, `into-${attempt}`)
      mkdirSync(into)
      await copy(into).catch(() => {})
      seen.push(...copied(into))
    }
    expect(seen.length).toBeGreaterThan(0)
    expect(new Set(seen)).toEqual(new Set(['of the app']))
  })
})
