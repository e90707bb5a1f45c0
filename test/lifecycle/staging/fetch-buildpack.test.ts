import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fetchBuildpack } from '../../../src/lifecycle/staging/fetch-buildpack.ts'
import { jar } from '../../support/jars.ts'

const zip = jar({ 'bin/supply': '#!/bin/sh\n' })
let root: string
let server: Server
let requests: string[]
let notes: string[]

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'fetch-buildpack-'))
  requests = []
  notes = []
  server = createServer((request, response) => {
    requests.push(request.url ?? '')
    response.statusCode = request.url?.startsWith('/a.zip') ? 200 : 404
    response.end(request.url?.startsWith('/a.zip') ? zip : '')
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
  rmSync(root, { recursive: true })
})

const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const fetch = (url: string) =>
  fetchBuildpack(url, {
    cacheDir: join(root, 'cache'),
    env: { PATH: process.env.PATH, HOME: root, GIT_CONFIG_NOSYSTEM: '1' },
    note: (text) => notes.push(text),
  })

it('downloads a zip once, and says where the copy is kept', async () => {
  const file = await fetch(`${base()}/a.zip?token=secret`)
  expect(readFileSync(file)).toEqual(zip)
  expect(await fetch(`${base()}/a.zip?token=secret`)).toBe(file)
  expect(requests).toEqual(['/a.zip?token=secret'])
  expect(notes.join()).toContain(`to download it again, delete ${file}`)
  expect(notes.join()).not.toContain('secret')
})

it('says why a zip cannot be fetched, without its query', async () => {
  await expect(fetch(`${base()}/missing.zip?token=secret`)).rejects.toThrow(
    /cannot fetch .*\/missing\.zip: .*404/,
  )
  await expect(fetch(`${base()}/missing.zip?token=secret`)).rejects.not.toThrow(/secret/)
})

it('clones a git repository at its branch, follows the branch, and keeps the clone for when it is away', async () => {
  const work = join(root, 'work')
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      cwd: root,
      stdio: 'pipe',
    })
  git('init', '-q', '-b', 'main', work)
  const commit = (text: string) => {
    writeFileSync(join(work, 'VERSION'), text)
    git('-C', work, 'add', '.')
    git('-C', work, 'commit', '-q', '-m', text)
  }
  commit('one')
  git('-C', work, 'branch', 'old')
  commit('two')
  const url = `file://${work}`
  const version = async (ref: string) => readFileSync(join(await fetch(url + ref), 'VERSION'), 'utf8')
  expect(await version('')).toBe('two')
  expect(await version('#old')).toBe('one')
  commit('three')
  expect(await version('')).toBe('three')
  rmSync(work, { recursive: true })
  expect(await version('')).toBe('three')
  expect(notes.at(-1)).toMatch(/cannot be updated .*using the existing clone/)
  await expect(fetch(`${url}#nowhere`)).rejects.toThrow(/^cannot clone buildpack file:/)
})
