import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { InputError } from '../../src/problems/problems.ts'
import { cacheEntry } from '../../src/sources/cache.ts'
import { cleanCache, placeSource, type SourceRequest } from '../../src/sources/index.ts'
import { tarFile, zipFile } from '../support/archives/archive-files.ts'
import { elfFile } from '../support/elf-file.ts'
import { listing } from '../support/files.ts'
import { serve, sha256, type TestServer } from '../support/http-server.ts'
import { check, checked, request, type TestApp, testApp } from '../support/sources.ts'

const SCRIPT = '#!/bin/sh\necho hello'
const ARCHIVE = gzipSync(
  tarFile([
    { name: 'one-1.0/one', content: elfFile(), mode: 0o755 },
    { name: 'one-1.0/README', content: 'text' },
  ]),
)
const servers: TestServer[] = []
afterEach(async () => {
  for (const each of servers.splice(0)) await each.close()
})

async function serving(content: () => Buffer | string): Promise<TestServer> {
  const server = await serve((_, response) => void response.end(content()))
  servers.push(server)
  return server
}

const uriRequest = (uri: string, sum: string, use: SourceRequest['use'] = 'run', executable?: string) =>
  request({ kind: 'uri', uri, sha256: sum, ...(executable !== undefined && { executable }) }, use)

/** A file of the machine, beside the app. */
function onDisk(app: TestApp, content: Buffer | string, name = 'download'): { uri: string; sum: string } {
  mkdirSync(app.root, { recursive: true })
  writeFileSync(join(app.root, name), content)
  return { uri: `file://${app.root}/${name}`, sum: sha256(content) }
}

/** What is in the folder that a source is placed into, and in the one around it. */
function everythingBeside(into: string): string[] {
  return existsSync(dirname(into)) ? listing(dirname(into)) : []
}

async function place(app: TestApp, asked: SourceRequest) {
  return placeSource(await checked(app, asked), app.into)
}

describe('a file: URI', () => {
  it('is unpacked without the cache, and its executable found', async () => {
    const app = testApp()
    const { uri, sum } = onDisk(app, ARCHIVE)
    const placed = await place(app, uriRequest(uri, sum))
    expect(placed.executable).toEqual({ file: 'one-1.0/one', kind: 'elf' })
    expect(placed.files).toEqual(['one-1.0/README', 'one-1.0/one'])
    expect(existsSync(join(app.root, 'cache'))).toBe(false)
  })

  it('with a different checksum leaves no directory behind', async () => {
    const app = testApp()
    const { uri } = onDisk(app, ARCHIVE)
    await expect(place(app, uriRequest(uri, 'a'.repeat(64)))).rejects.toThrow(`expected ${'a'.repeat(64)}`)
    expect(existsSync(app.into)).toBe(false)
    await expect(place(app, uriRequest(`${uri}x`, 'a'.repeat(64)))).rejects.toThrow(
      /^sidecars\.yml:3:5: .*it does not exist; for a file of the app, use source\.path/,
    )
  })

  it('that is not a file is refused, a named pipe without waiting for its writer', async () => {
    const app = testApp()
    const { uri } = onDisk(app, ARCHIVE)
    execFileSync('mkfifo', [join(app.root, 'pipe')])
    const sum = 'a'.repeat(64)
    const folder = `file://${app.root}`
    await expect(place(app, uriRequest(folder, sum))).rejects.toThrow(
      `cannot read ${folder}: it is a directory, expected a file`,
    )
    await expect(place(app, uriRequest(uri.replace(/[^/]+$/, 'pipe'), sum))).rejects.toThrow(
      'it is a named pipe (fifo), expected a file',
    )
    await expect(place(app, uriRequest('file:///dev/zero', sum))).rejects.toThrow('it is a device')
  })

  it('may have its scheme in upper case, because a manifest is used as written', async () => {
    const app = testApp()
    const { uri, sum } = onDisk(app, ARCHIVE)
    const placed = await place(app, uriRequest(uri.replace('file:', 'FILE:'), sum))
    expect(placed.executable?.file).toBe('one-1.0/one')
    expect(existsSync(join(app.root, 'cache'))).toBe(false)
  })
})

describe('the executable of a download', () => {
  it('is a bare program, named as `executable` says', async () => {
    const app = testApp()
    const { uri, sum } = onDisk(app, elfFile(), 'one-linux-amd64')
    expect((await place(app, uriRequest(uri, sum))).executable?.file).toBe('one-linux-amd64')
    expect((await place(app, uriRequest(uri, sum, 'run', 'one'))).executable?.file).toBe('one')
    expect(listing(app.into)[0]).toMatch(/^one 755/)
  })

  it('that cannot run is refused with the place of the source, and nothing is left', async () => {
    const app = testApp()
    const { uri, sum } = onDisk(app, elfFile({ machine: 183 }), 'one')
    const failure = await place(app, uriRequest(uri, sum)).catch((thrown) => thrown)
    expect(failure).toBeInstanceOf(InputError)
    expect(failure.message).toContain('sidecars.yml:3:5: "one" is built for arm64 (aarch64)')
    expect(existsSync(app.into)).toBe(false)
  })

  it('among several is requested, with their names', async () => {
    const app = testApp()
    const { uri, sum } = onDisk(
      app,
      zipFile([
        { name: 'a', content: SCRIPT },
        { name: 'b', content: SCRIPT },
      ]),
    )
    await expect(place(app, uriRequest(uri, sum))).rejects.toThrow(
      'the archive contains 2 programs: a, b; set `executable` to one of them',
    )
    await expect(place(app, uriRequest(uri, sum, 'run', 'c'))).rejects.toThrow(
      '"c" is not a file of the archive; did you mean',
    )
    expect((await place(app, uriRequest(uri, sum, 'run', 'b'))).executable?.file).toBe('b')
    expect((await place(app, uriRequest(uri, sum, 'command'))).files).toEqual(['a', 'b'])
  })

  it('is one program, however many links lead to it', async () => {
    const app = testApp()
    const link = (name: string, target: string) => ({ name, type: '2', link: target }) as const
    const program = { name: 'x/bin/tool-1.2', content: SCRIPT }
    const links = [link('x/bin/tool', 'tool-1.2'), link('x/tool', 'bin/tool')]
    const { uri, sum } = onDisk(app, tarFile([program, ...links]))
    expect((await place(app, uriRequest(uri, sum))).executable?.file).toBe('x/bin/tool-1.2')
    const two = onDisk(app, tarFile([program, { name: 'x/bin/other', content: SCRIPT }, ...links]))
    await expect(place(app, uriRequest(two.uri, two.sum))).rejects.toThrow('the archive contains 4 programs')
  })

  it('is the jar, where a jar is wanted', async () => {
    const app = testApp()
    const jar = zipFile([{ name: 'META-INF/MANIFEST.MF', content: 'Premain-Class: A' }])
    const { uri, sum } = onDisk(app, jar, 'agent.jar')
    expect((await place(app, uriRequest(uri, sum, 'jar'))).executable).toEqual({
      file: 'agent.jar',
      kind: 'jar',
    })
    const text = onDisk(app, 'text', 'x.jar')
    await expect(place(app, uriRequest(text.uri, text.sum, 'jar'))).rejects.toThrow('is not a jar')
  })
})

describe('the cache', () => {
  it('keeps what was fetched, in the layout of libbuildpack, and needs no network then', async () => {
    const app = testApp()
    const server = await serving(() => ARCHIVE)
    const asked = uriRequest(`${server.url}/r/one.tgz?x=1`, sha256(ARCHIVE))
    await place(app, asked)
    const first = listing(app.into)
    const entry = cacheEntry(join(app.root, 'cache'), `${server.url}/r/one.tgz?x=1`)
    expect(entry).toBe(
      join(app.root, 'cache', 'dependencies', sha256(`${server.url}/r/one.tgz?x=1`), 'one.tgz'),
    )
    expect(readdirSync(dirname(entry))).toEqual(['one.tgz'])
    await place(app, asked)
    expect(server.requests).toHaveLength(1)
    expect(listing(app.into)).toEqual(first)
    expect(app.lines).toEqual([
      `Downloading ${server.url}/r/one.tgz`,
      `${server.url}/r/one.tgz is in the cache`,
    ])
  })

  it('is not trusted: a damaged entry is fetched again', async () => {
    const app = testApp()
    const server = await serving(() => ARCHIVE)
    const asked = uriRequest(`${server.url}/one.tgz`, sha256(ARCHIVE))
    await place(app, asked)
    const entry = cacheEntry(join(app.root, 'cache'), `${server.url}/one.tgz`)
    writeFileSync(entry, 'damaged')
    expect((await place(app, asked)).executable?.kind).toBe('elf')
    expect(server.requests).toHaveLength(2)
    expect(sha256(readFileSync(entry))).toBe(sha256(ARCHIVE))
  })

  const ANOTHER = gzipSync(tarFile([{ name: 'other', content: elfFile(), mode: 0o755 }]))
  const LARGE = Buffer.concat([elfFile(), randomBytes(700_000)])
  const ESCAPING = gzipSync(
    tarFile([
      { name: 'inside', content: 'x' },
      { name: '../outside', content: 'x' },
    ]),
  )
  it.each([
    ['a sound archive of another sum', ANOTHER],
    ['an archive that leads out', ESCAPING],
    ['cut short', ARCHIVE.subarray(0, ARCHIVE.length - 20)],
    ['with more behind its end', Buffer.concat([ARCHIVE, Buffer.from('more')])],
    ['a zip archive', zipFile([{ name: 'other', content: elfFile() }])],
    ['a program', elfFile()],
    ['empty', Buffer.alloc(0)],
  ])(
    'leaves nothing in the droplet of a damaged entry, before it is fetched again: %s',
    async (_, damage) => {
      const app = testApp()
      const atFetch: string[][] = []
      const server = await serving(() => {
        atFetch.push(everythingBeside(app.into))
        return ARCHIVE
      })
      const asked = uriRequest(`${server.url}/one.tgz`, sha256(ARCHIVE))
      await place(app, asked)
      const right = everythingBeside(app.into)
      rmSync(app.into, { recursive: true })
      const entry = cacheEntry(join(app.root, 'cache'), `${server.url}/one.tgz`)
      writeFileSync(entry, damage)
      await place(app, asked)
      expect(atFetch).toEqual([[], []])
      expect(everythingBeside(app.into)).toEqual(right)
      expect(sha256(readFileSync(entry))).toBe(sha256(ARCHIVE))
      expect(app.lines.slice(1)).toEqual([
        `${server.url}/one.tgz in the cache has a different checksum; downloading it again`,
        `Downloading ${server.url}/one.tgz`,
      ])
    },
  )

  it('leaves nothing in the droplet of a damaged entry that cannot be fetched again', async () => {
    const app = testApp()
    let answer = ARCHIVE
    const server = await serving(() => answer)
    const asked = uriRequest(`${server.url}/one.tgz`, sha256(ARCHIVE))
    await place(app, asked)
    answer = ANOTHER
    const entry = cacheEntry(join(app.root, 'cache'), `${server.url}/one.tgz`)
    writeFileSync(entry, ANOTHER)
    await expect(place(app, asked)).rejects.toThrow('checksum mismatch for')
    expect(everythingBeside(app.into)).toEqual([])
    expect(existsSync(entry)).toBe(false)
  })

  it.each([
    ['a .tgz', ARCHIVE],
    ['a .tgz of several pieces', gzipSync(tarFile([{ name: 'one', content: LARGE, mode: 0o755 }]))],
    ['a .tar', gunzipSync(ARCHIVE)],
    ['a .zip', zipFile([{ name: 'one', content: elfFile() }])],
    ['a program', LARGE],
  ])('gives %s to the droplet as the download did', async (_, content) => {
    const app = testApp()
    const server = await serving(() => content)
    const asked = uriRequest(`${server.url}/one`, sha256(content))
    const placed = await place(app, asked)
    const first = everythingBeside(app.into)
    expect(await place(app, asked)).toEqual(placed)
    expect(everythingBeside(app.into)).toEqual(first)
    expect(server.requests).toHaveLength(1)
  })

  it('keeps a refused archive whose checksum matches, and reports the reason each time', async () => {
    const app = testApp()
    const server = await serving(() => ESCAPING)
    const asked = uriRequest(`${server.url}/one.tgz`, sha256(ESCAPING))
    for (let staging = 0; staging < 2; staging++) {
      await expect(place(app, asked)).rejects.toThrow(
        /^sidecars\.yml:3:5: one: cannot unpack .*: the archive is rejected: .*outside/,
      )
      expect(everythingBeside(app.into)).toEqual([])
    }
    expect(server.requests).toHaveLength(1)
  })

  it('keeps nothing of a download whose sum is wrong, and the droplet neither', async () => {
    const app = testApp()
    const server = await serving(() => 'other')
    await expect(place(app, uriRequest(`${server.url}/one.tgz`, sha256(ARCHIVE)))).rejects.toThrow(
      'checksum mismatch for',
    )
    expect(listing(join(app.root, 'cache')).filter((each) => !each.includes('/ '))).toEqual([])
    expect(existsSync(app.into)).toBe(false)
  })

  it('removes what this staging did not use, but not what another one is downloading', async () => {
    const app = testApp()
    const server = await serving(() => ARCHIVE)
    const used = uriRequest(`${server.url}/used.tgz`, sha256(ARCHIVE))
    const cache = join(app.root, 'cache')
    await place(app, used)
    await place(app, uriRequest(`${server.url}/unused.tgz`, sha256(ARCHIVE)))
    const busy = cacheEntry(cache, `${server.url}/busy.tgz`)
    const stale = cacheEntry(cache, `${server.url}/stale.tgz`)
    const ofTheFuture = cacheEntry(cache, `${server.url}/future.tgz`)
    const now = app.context.clock().getTime() / 1000
    for (const [path, age] of [
      [busy, 60],
      [stale, 7200],
      [ofTheFuture, -7200],
    ] as const) {
      mkdirSync(dirname(path))
      writeFileSync(`${path}.part-1-x`, 'half')
      utimesSync(`${path}.part-1-x`, now - age, now - age)
    }
    await cleanCache([await checked(app, used)], app.context)
    const kept = readdirSync(join(cache, 'dependencies')).sort()
    expect(kept).toEqual([sha256(`${server.url}/used.tgz`), sha256(`${server.url}/busy.tgz`)].sort())
  })

  it('serves two stagings at once', async () => {
    const app = testApp()
    const server = await serving(() => ARCHIVE)
    const asked = uriRequest(`${server.url}/one.tgz`, sha256(ARCHIVE))
    const stagings = [1, 2, 3, 4].map(async (number) => {
      const into = join(app.root, `deps${number}`)
      await placeSource(await checked(app, asked), into)
      await cleanCache(number % 2 ? [] : [await checked(app, asked)], app.context)
      return listing(into).join()
    })
    const found = await Promise.all(stagings)
    expect(new Set(found).size).toBe(1)
    expect(found[0]).toContain('one-1.0/one 755')
  })
})

it('reports invalid environment variables at the check, before anything is written', async () => {
  const sum = 'a'.repeat(64)
  const broken = testApp({}, { SIDECARS_CREDENTIALS: '{secret' })
  expect((await check(broken, uriRequest('https://u:pw@h/a?t=1', sum))).said).toMatch(
    /^error: sidecars.yml:3:5: https:\/\/h\/a cannot be fetched: SIDECARS_CREDENTIALS is not valid JSON/,
  )
  const proxied = testApp({}, { https_proxy: 'ftp://p' })
  expect((await check(proxied, uriRequest('https://h/a', sum))).said).toContain('https_proxy is not the URL')
  expect((await check(proxied, uriRequest('file:///a', sum))).said).toBe('')
})
