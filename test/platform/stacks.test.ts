import { describe, expect, it, test } from 'vitest'
import { stackFiles } from '../../src/platform/stacks/files.ts'
import { DEFAULT_STACK, findStack, STACK_NAMES } from '../../src/platform/stacks.ts'
import { needsLibraries } from '../../src/sources/executability/glibc.ts'

test('the table has both stacks of Cloud Foundry, the default one first', () => {
  expect(STACK_NAMES).toEqual([DEFAULT_STACK, 'cflinuxfs5'])
  expect(findStack('cflinuxfs4')).toMatchObject({
    system: 'Ubuntu 22.04',
    glibc: [2, 35],
    glibcxx: [3, 4, 30],
  })
  expect(findStack('cflinuxfs5')).toMatchObject({
    system: 'Ubuntu 24.04',
    glibc: [2, 39],
    glibcxx: [3, 4, 33],
  })
  expect(findStack('cflinuxfs3')).toBeUndefined()
})

describe.each(STACK_NAMES)('the files of %s', async (name) => {
  const files = await findStack(name)?.files()
  if (!files) throw new Error(name)

  it('include the commands that every stack has, links made at installation among them', () => {
    const wanted = 'bash sh perl awk mawk sed jq curl tar unzip xz openssl make env ps lsof ss which'.split(
      ' ',
    )
    expect(wanted.filter((each) => !files.commands.has(each))).toEqual([])
  })

  it('include no interpreter that a buildpack has to bring', () => {
    const absent = 'python python3 gawk node ruby java php zstd socat'.split(' ')
    expect(absent.filter((each) => files.commands.has(each))).toEqual([])
  })

  it('include glibc, and the libraries that programs are linked with most often', () => {
    const wanted =
      'libc.so.6 libssl.so.3 libz.so.1 libstdc++.so.6 libgcc_s.so.1 libcurl.so.4 libpq.so.5'.split(' ')
    expect(wanted.filter((each) => !files.libraries.has(each))).toEqual([])
    expect(files.libraries.has('libz.so.1.2.13')).toBe(false)
  })

  it('include the libraries of glibc', () => {
    const granted = [...files.libraries].filter((each) => !needsLibraries({ libraries: [each] }))
    expect(granted.length).toBeGreaterThanOrEqual(8)
  })
})

describe('a package whose files are unknown', () => {
  const files = stackFiles({
    unknown: ['libicu70', 'libpython3.12t64', 'libtiff5', 'lto-disabled-list'],
    packages: { zlib1g: { libraries: 'libz.so.1' } },
  })

  it.each([
    ['libicuuc.so.70', 'libicu70'],
    ['libicudata.so.70', 'libicu70'],
    ['libicuuc.so.72', undefined],
    ['libtiff.so.5', 'libtiff5'],
    ['libtiff.so.6', undefined],
    ['libpython3.12.so.1.0', 'libpython3.12t64'],
    ['libother.so.70', undefined],
    ['libz.so.2', undefined],
  ])('may hold %s: %s', (library, name) => {
    expect(files.unknownPackageOf(library)).toBe(name)
  })
})
