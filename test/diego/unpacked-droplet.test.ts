import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { dropletSize, unpackDroplet } from '../../src/diego/unpacked-droplet.ts'
import { temporaryFolder } from '../support/files.ts'

const root = temporaryFolder()

const contents = join(root, 'contents')
const modes = { plain: 0o644, program: 0o755, private: 0o600, setuid: 0o4755, setgid: 0o2755, all: 0o7777 }

beforeAll(() => {
  mkdirSync(join(contents, 'app', 'folder'), { recursive: true })
  chmodSync(join(contents, 'app', 'folder'), 0o7777)
  for (const [name, mode] of Object.entries(modes)) {
    writeFileSync(join(contents, 'app', name), 'x')
    chmodSync(join(contents, 'app', name), mode)
  }
  utimesSync(join(contents, 'app', 'plain'), 1_000_000, 1_000_000)
  symlinkSync('plain', join(contents, 'app', 'link'))
})

test.each(['archive', 'directory'])(
  'an instance gets the files of a droplet, an %s, without set-id bits',
  async (kind) => {
    const droplet = kind === 'archive' ? join(root, 'droplet.tgz') : contents
    if (kind === 'archive') execFileSync('tar', ['-czf', droplet, '-C', contents, '.'])
    const home = join(root, `instance-${kind}`)
    await unpackDroplet(home, droplet)
    const modeOf = (name: string) => statSync(join(home, 'app', name)).mode & 0o7777
    expect(Object.keys(modes).map(modeOf)).toEqual([0o644, 0o755, 0o600, 0o755, 0o755, 0o755])
    expect(modeOf('folder')).toBe(0o755)
    expect(statSync(join(home, 'app', 'plain')).mtimeMs).toBe(1_000_000_000)
    expect(readlinkSync(join(home, 'app', 'link'))).toBe('plain')
  },
)

test('what an app changes in its files does not reach the directory that it was copied from', async () => {
  const home = join(root, 'changing')
  await unpackDroplet(home, contents)
  appendFileSync(join(home, 'app', 'plain'), 'changed')
  expect(readFileSync(join(contents, 'app', 'plain'), 'utf8')).toBe('x')
  expect(statSync(join(contents, 'app', 'setuid')).mode & 0o7777).toBe(0o4755)
})

test('a droplet that is a directory has the size of its files', async () => {
  writeFileSync(join(contents, 'app', 'large'), Buffer.alloc(300_000, 'x'))
  const size = await dropletSize(contents)
  expect(size).toBeGreaterThanOrEqual(300_000)
  expect(size).toBeLessThan(400_000)
})
