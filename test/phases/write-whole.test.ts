import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { writeWhole } from '../../src/phases/write-whole.ts'
import { listing, temporaryFolder } from '../support/files.ts'

const umask = process.umask()
afterEach(() => process.umask(umask))

it('a file of the droplet has its mode whatever the umask, and so have its directories', () => {
  const folder = temporaryFolder()
  process.umask(0o077)
  writeWhole(join(folder, 'a/b/run'), 'x', 0o755)
  writeWhole(join(folder, 'a/b/text'), 'y', 0o644)
  expect(listing(folder)).toEqual(['a/ 755', 'a/b/ 755', 'a/b/run 755 x', 'a/b/text 644 y'])
})

it('a file of the droplet replaces what has its name, and does not follow a link', () => {
  const folder = temporaryFolder({ 'dir/x': '', other: 'other', link: { link: 'other' }, old: 'old' })
  for (const name of ['dir', 'link', 'old']) writeWhole(join(folder, name), 'new', 0o644)
  expect(listing(folder)).toEqual(['dir 644 new', 'link 644 new', 'old 644 new', 'other 644 other'])
})

it('a file of the droplet that cannot be written has a message with its name and the reason', () => {
  const folder = temporaryFolder({ 'a/file': '' })
  expect(() => writeWhole(join(folder, 'a/file/x'), '', 0o644)).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(
        /^cannot write file\/x into the droplet: a file is in the place of a directory$/,
      ),
      cause: expect.objectContaining({ code: 'ENOTDIR' }),
    }),
  )
})
