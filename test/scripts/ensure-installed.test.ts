import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/files.ts'

let checkout: string

/** A checkout of which only the lock file counts, and an npm that writes down what it is asked for. */
beforeEach(() => {
  checkout = temporaryFolder({}, 'ensure installed-')
  for (const folder of ['scripts', 'node_modules', 'bin']) mkdirSync(join(checkout, folder))
  copyFileSync(
    join(import.meta.dirname, '../../scripts/ensure-installed.mjs'),
    join(checkout, 'scripts/ensure-installed.mjs'),
  )
  writeFileSync(join(checkout, 'package-lock.json'), '{}')
  writeFileSync(join(checkout, 'bin/npm'), '#!/bin/sh\necho "$@" >> asked\n', { mode: 0o755 })
})

function ensureInstalled({ node = process.versions.node, event = 'demo', home = checkout } = {}) {
  const version = `Object.defineProperty(process, 'versions', {value: {...process.versions, node: '${node}'}})`
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${version}`, join(checkout, 'scripts/ensure-installed.mjs')],
    {
      encoding: 'utf8',
      env: {
        PATH: `${join(checkout, 'bin')}:${process.env.PATH}`,
        HOME: home,
        npm_lifecycle_event: event,
      },
    },
  )
  return { status, stderr }
}

describe.runIf(process.platform === 'linux')('what every npm script begins with', () => {
  test('installs once for each lock file, devDependencies in spite of NODE_ENV=production or `omit`', () => {
    expect(ensureInstalled()).toEqual({ status: 0, stderr: '' })
    expect(ensureInstalled()).toEqual({ status: 0, stderr: '' })
    const asked = () => readFileSync(join(checkout, 'asked'), 'utf8').trim().split('\n')
    expect(asked()).toEqual([expect.stringMatching(/^ci .*--include=dev --include=optional/)])
    writeFileSync(join(checkout, 'package-lock.json'), '{"version": "2"}')
    ensureInstalled()
    expect(asked()).toHaveLength(2)
  })

  test.each([
    ['18.20.4', 'demo', 'Node.js 20 or later is needed; this is 18.20.4 ('],
    ['20.9.0', 'test', 'The tests need Node.js 20.19 or later of 20, or 22.12 or later; this is 20.9.0 ('],
    [
      '22.4.0',
      'test:java',
      'The tests need Node.js 20.19 or later of 20, or 22.12 or later; this is 22.4.0 (',
    ],
  ])('refuses Node.js %s for `npm run %s`', (node, event, message) => {
    const { status, stderr } = ensureInstalled({ node, event })
    expect(stderr).toContain(message)
    expect(status).toBe(1)
  })

  test.each([
    ['20.9.0', 'demo'],
    ['20.19.0', 'test'],
    ['22.12.0', 'test'],
    ['24.0.0', 'test'],
  ])('takes Node.js %s for `npm run %s`', (node, event) => {
    expect(ensureInstalled({ node, event })).toEqual({ status: 0, stderr: '' })
  })

  test('gives npm a temporary cache if there is no home directory', () => {
    writeFileSync(join(checkout, 'no-home'), '')
    expect(ensureInstalled({ home: join(checkout, 'no-home') })).toEqual({ status: 0, stderr: '' })
    const [, cache = ''] = / --cache=(\S+)/.exec(readFileSync(join(checkout, 'asked'), 'utf8')) ?? []
    expect(cache).toMatch(/npm-cache-/)
    expect(existsSync(cache)).toBe(false)
  })

  test('says when npm fails', () => {
    writeFileSync(join(checkout, 'bin/npm'), '#!/bin/sh\nexit 1\n')
    expect(ensureInstalled()).toEqual({
      status: 1,
      stderr: 'npm ci failed: the dependencies are not installed.\n',
    })
  })
})
