/** What staging does with a cache that has something else in place of its files, and without one. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { cacheEntry, downloadName } from '../../src/sources/cache.ts'
import { placeSource } from '../../src/sources/index.ts'
import { removedAfterTest } from '../support/cleanup.ts'
import { serve, sha256 } from '../support/http-server.ts'
import { checked, request, type TestApp, testApp } from '../support/sources.ts'

const SCRIPT = '#!/bin/sh\necho hello'
afterEach(() => vi.unstubAllEnvs())

async function serving() {
  const server = await serve((_, response) => void response.end(SCRIPT))
  return removedAfterTest({ ...server, remove: () => server.close() })
}

async function place(app: TestApp, uri: string) {
  const asked = request({ kind: 'uri', uri, sha256: sha256(SCRIPT) })
  return placeSource(await checked(app, asked), app.into)
}

it.each([
  ['a directory', (entry: string) => mkdirSync(join(entry, 'inner'), { recursive: true })],
  ['a link', (entry: string) => symlinkSync('/etc/hostname', entry)],
])('%s in place of the file is replaced', async (_title, put) => {
  const app = testApp()
  const server = await serving()
  const entry = cacheEntry(join(app.root, 'cache'), `${server.url}/one`)
  mkdirSync(dirname(entry), { recursive: true })
  put(entry)
  await place(app, `${server.url}/one`)
  expect(readdirSync(dirname(entry))).toEqual(['one'])
  expect(readFileSync(entry, 'utf8')).toBe(SCRIPT)
})

it('names the directory when there is neither a cache nor a place for temporary files', async () => {
  const app = testApp()
  writeFileSync(join(app.root, 'cache'), 'a file')
  vi.stubEnv('TMPDIR', join(app.root, 'missing'))
  await expect(place(app, 'http://127.0.0.1:1/one')).rejects.toThrow(
    `sidecars.yml:3:5: one: cannot write a download to ${app.root}/missing: the directory does not exist; set TMPDIR to another directory`,
  )
  expect(existsSync(app.into)).toBe(false)
  expect(app.lines).toEqual(['Cannot write the cache: a file is in the place of a directory'])
})

it.each([
  ['中'.repeat(100), '中'.repeat(66)],
  [`${'😀'.repeat(60)}.tgz`, `${'😀'.repeat(49)}.tgz`],
  ['a'.repeat(300), 'a'.repeat(200)],
])('shortens a long file name to a length that file systems support: %s', (name, shortened) => {
  expect(downloadName(`https://host/${encodeURIComponent(name)}?x=1`)).toBe(shortened)
})
