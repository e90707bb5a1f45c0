import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { recordsFolder } from '../../src/diego/records.ts'
import { makeStagingFolders } from '../../src/lifecycle/staging/staging-folders.ts'
import { cacheEntry, PART, removeUnused } from '../../src/sources/cache.ts'
import { withoutLinks } from '../../src/system/links.ts'
import { temporaryFolder } from '../support/files.ts'
import { Staging } from '../support/staging.ts'

let root: string
let outside: string

beforeEach(() => {
  root = temporaryFolder()
  outside = join(root, 'outside')
  mkdirSync(join(outside, 'folder'), { recursive: true })
  for (const name of ['keep', `old${PART}1`, 'folder/keep']) writeFileSync(join(outside, name), 'kept')
})

/** Nothing outside has been removed, changed or added. */
function expectOutsideUntouched(): void {
  expect(readdirSync(outside, { recursive: true }).sort()).toEqual([
    'folder',
    'folder/keep',
    'keep',
    `old${PART}1`,
  ])
  for (const name of ['keep', `old${PART}1`, 'folder/keep'])
    expect(readFileSync(join(outside, name), 'utf8')).toBe('kept')
}

it('removes links in the path of a directory, and nothing else', () => {
  mkdirSync(join(root, 'a'))
  symlinkSync(outside, join(root, 'a', 'b'))
  expect(withoutLinks(root, 'a', 'b', 'c')).toBe(join(root, 'a', 'b', 'c'))
  expect(readdirSync(join(root, 'a'))).toEqual([])
  expectOutsideUntouched()
})

it('takes a file in the place of a directory for no link', () => {
  expect(withoutLinks(outside, 'keep', 'below')).toBe(join(outside, 'keep', 'below'))
  expectOutsideUntouched()
})

describe('the cache of downloads', () => {
  const yearsLater = new Date('2030-01-01')

  it('is cleaned without following a link in its place', () => {
    const cache = join(root, 'cache')
    mkdirSync(cache)
    symlinkSync(outside, join(cache, 'dependencies'))
    removeUnused(cache, [], yearsLater)
    expect(existsSync(join(cache, 'dependencies'))).toBe(false)
    expectOutsideUntouched()
  })

  it('is cleaned without following an entry that is a link', () => {
    const dependencies = join(root, 'cache', 'dependencies')
    mkdirSync(dependencies, { recursive: true })
    symlinkSync(outside, join(dependencies, 'entry'))
    symlinkSync(join(root, 'nowhere'), join(dependencies, 'dangling'))
    removeUnused(join(root, 'cache'), [], yearsLater)
    expect(readdirSync(dependencies)).toEqual([])
    expectOutsideUntouched()
  })

  it('is not read or written through a link', () => {
    const dependencies = join(root, 'cache', 'dependencies')
    mkdirSync(dependencies, { recursive: true })
    const uri = 'https://host/keep'
    const folder = join(cacheEntry(join(root, 'cache'), uri), '..')
    symlinkSync(outside, folder)
    expect(existsSync(cacheEntry(join(root, 'cache'), uri))).toBe(false)
    expectOutsideUntouched()
  })
})

describe('staging', () => {
  it('replaces a link in place of its deps directory, and links in place of its files', async () => {
    const staging = new Staging({ 'sidecars.yml': 'sidecars: [{name: a, command: x, env: {A: b}}]' })
    try {
      rmSync(join(staging.deps, '0'), { recursive: true })
      symlinkSync(outside, join(staging.deps, '0'))
      symlinkSync(join(outside, 'keep'), join(staging.profileDir, '0_sidecar-buildpack.sh'))
      await staging.supply()
      expect(lstatSync(join(staging.deps, '0')).isDirectory()).toBe(true)
      expect(lstatSync(join(staging.profileDir, '0_sidecar-buildpack.sh')).isFile()).toBe(true)
      rmSync(join(staging.deps, '0', 'launch.yml'))
      symlinkSync(join(outside, 'new'), join(staging.deps, '0', 'launch.yml'))
      await staging.supply()
      expect(lstatSync(join(staging.deps, '0', 'launch.yml')).isFile()).toBe(true)
      expectOutsideUntouched()
    } finally {
      staging.remove()
    }
  })

  it('replaces a link in place of the unpadded deps directory', async () => {
    const staging = new Staging({ 'sidecars.yml': 'sidecars: [{name: a, command: x}]' }, ['00', '01'])
    try {
      symlinkSync(outside, join(staging.deps, '1'))
      await staging.supply({ index: '01' })
      symlinkSync(outside, join(staging.deps, '0'))
      staging.finalize({ index: '00' })
      expectOutsideUntouched()
    } finally {
      staging.remove()
    }
  })

  it('does not write profile.d scripts through a link', async () => {
    const staging = new Staging({}, ['0', '1'])
    try {
      staging.write(staging.deps, { '0/profile.d/x.sh': 'export A=b' })
      symlinkSync(join(outside, 'keep'), join(staging.profileDir, '0_x.sh'))
      symlinkSync(join(outside, 'keep'), join(staging.profileDir, '000_multi-supply.sh'))
      mkdirSync(join(staging.deps, '0', 'bin'))
      staging.finalize({ index: '1' })
      expectOutsideUntouched()
    } finally {
      staging.remove()
    }
  })

  it('locally gives no buildpack a cache behind a link', async () => {
    const cache = join(root, 'cache')
    mkdirSync(cache)
    symlinkSync(outside, join(cache, 'final'))
    symlinkSync(outside, join(cache, 'unused'))
    await makeStagingFolders(cache, [], root)
    expect(lstatSync(join(cache, 'final')).isDirectory()).toBe(true)
    expect(readdirSync(cache)).toEqual(['final'])
    expectOutsideUntouched()
  })
})

it("the folder of records replaces the user's own link", () => {
  symlinkSync(outside, join(root, 'sidecar-buildpack'))
  expect(lstatSync(recordsFolder({ XDG_RUNTIME_DIR: root }, root)).isDirectory()).toBe(true)
  expectOutsideUntouched()
})
