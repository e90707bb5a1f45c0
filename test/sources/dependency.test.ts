import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { placeSource } from '../../src/sources/index.ts'
import { newestFirst, newestMatching } from '../../src/sources/version-line.ts'
import { sha256 } from '../support/http-server.ts'
import { check, checked, request, type TestApp, testApp } from '../support/sources.ts'

const SCRIPT = (version: string) => `#!/bin/sh\necho ${version}`

interface Entry {
  readonly version: string
  readonly stacks?: string
  readonly more?: string
}

/** An app whose buildpack has the dependency `one` in some versions, each a file beside it. */
function anApp(entries: readonly Entry[], rest = ''): TestApp {
  const app = testApp()
  mkdirSync(app.context.buildpackDir)
  const dependencies = entries.map(({ version, stacks, more }) => {
    writeFileSync(join(app.root, `one-${version}`), SCRIPT(version))
    const sum = sha256(SCRIPT(version))
    return `- {name: one, version: ${version}, uri: 'file://${app.root}/one-${version}', sha256: ${sum}, cf_stacks: [${stacks ?? 'cflinuxfs4, cflinuxfs5'}]${more ?? ''}}\n`
  })
  writeFileSync(
    join(app.context.buildpackDir, 'manifest.yml'),
    `dependencies:\n${dependencies.join('')}${rest}`,
  )
  return app
}

const dependency = (version?: string, name = 'one') =>
  request({ kind: 'dependency', dependency: name, ...(version !== undefined && { version }) })

async function placedFile(app: TestApp, version?: string): Promise<string | undefined> {
  return (await placeSource(await checked(app, dependency(version)), app.into)).executable?.file
}

const VERSIONS = ['1.0.0', '1.2.3', '1.10.0', '2.0.0'].map((version) => ({ version }))

describe('a dependency', () => {
  it('is the newest version that matches, else the default of the manifest', async () => {
    const app = anApp(VERSIONS, 'default_versions: [{name: one, version: 1.x}]')
    expect(await placedFile(app)).toBe('one-1.10.0')
    expect(await placedFile(app, '1.2.x')).toBe('one-1.2.3')
    expect(await placedFile(app, '*')).toBe('one-2.0.0')
    expect(await placedFile(app, '1.0.0')).toBe('one-1.0.0')
  })

  it('is one for the stack', async () => {
    const app = anApp([{ version: '1.0.0' }, { version: '1.1.0', stacks: 'cflinuxfs5' }])
    expect(await placedFile(app, '1.x')).toBe('one-1.0.0')
    const other = anApp([{ version: '1.1.0', stacks: 'cflinuxfs5' }])
    expect((await check(other, dependency('1.x'))).said).toContain(
      'is not available for the stack cflinuxfs4; it is for cflinuxfs5',
    )
  })

  it('is taken from a cached buildpack, its sum checked', async () => {
    const app = anApp([{ version: '1.0.0', more: ', file: dependencies/x/one' }])
    expect((await check(app, dependency('1.x'))).said).toMatch(
      /manifest.yml:2:3: the buildpack should include one 1.0.0, but dependencies\/x\/one is missing/,
    )
    const carried = join(app.context.buildpackDir, 'dependencies/x/one')
    mkdirSync(dirname(carried), { recursive: true })
    writeFileSync(carried, 'other')
    await expect(placedFile(app, '1.x')).rejects.toThrow('checksum mismatch for')
    writeFileSync(carried, SCRIPT('1.0.0'))
    expect(await placedFile(app, '1.x')).toBe('one-1.0.0')
    const out = anApp([{ version: '1.0.0', more: ', file: ../one-1.0.0' }])
    expect((await check(out, dependency('1.x'))).said).toContain('is outside the buildpack')
  })

  it('that does not exist is refused with a list of those that do', async () => {
    const app = anApp(VERSIONS)
    const said = async (version?: string, name?: string) => (await check(app, dependency(version, name))).said
    expect(await said('3.x')).toBe(
      'error: sidecars.yml:3:5: no version of the dependency "one" matches "3.x"; there is 2.0.0, 1.10.0, 1.2.3, 1.0.0',
    )
    expect(await said('newest')).toContain('version "newest" is not a version range; there is 2.0.0')
    expect(await said('1.x', 'onne')).toContain('no dependency "onne"; did you mean "one"?')
    expect(await said('1.x', 'different')).toContain('it has one')
    expect(await said()).toContain(
      'needs a version: default_versions of the manifest has none; write `version`: there is 2.0.0',
    )
  })

  it('that is listed twice is refused', async () => {
    const app = anApp([{ version: '1.0.0' }, { version: '1.0.0' }])
    expect((await check(app, dependency('1.x'))).said).toContain(
      'one 1.0.0 is listed twice for this stack, in line 2 and line 3',
    )
    const stacks = anApp([
      { version: '1.0.0', stacks: 'cflinuxfs4' },
      { version: '1.0.0', stacks: 'cflinuxfs5' },
    ])
    expect((await check(stacks, dependency('1.x'))).said).toBe('')
  })

  it('causes a warning 30 days before it goes out of support', async () => {
    const dates = (date: string) =>
      `dependency_deprecation_dates:\n- {version_line: 1.x, name: one, date: ${date}, link: 'https://h/eol'}`
    const said = async (date: string) => (await check(anApp(VERSIONS, dates(date)), dependency('1.x'))).said
    expect(await said('2026-12-01')).toBe(
      'warning: sidecars.yml:3:5: one 1.x goes out of support on 2026-12-01; choose a newer version (see https://h/eol)',
    )
    expect(await said('2026-12-02')).toBe('')
    expect(await said('2026-10-01')).toContain('has been out of support since 2026-10-01')
    expect((await check(anApp(VERSIONS, dates('2026-10-01')), dependency('2.x'))).said).toBe('')
  })
})

describe('version ranges', () => {
  const versions = ['1.9.0', '1.10.0', '1.10.1', '2.0.0', '2.1.0-rc.1', '17', '1.2.3.4']
  it.each([
    ['1.x', '1.10.1'],
    ['1.10.x', '1.10.1'],
    ['~1.9', '1.9.0'],
    ['~> 1.9', '1.10.1'],
    ['~> 1.10.0', '1.10.1'],
    ['^1.9', '1.10.1'],
    ['>=1 <1.10', '1.9.0'],
    ['2.x', '2.0.0'],
    ['2.1.0-rc.1', '2.1.0-rc.1'],
    ['17.x', '17'],
    ['*', '17'],
    ['1.2.3.4', '1.2.3.4'],
    ['3.x', undefined],
    ['latest', 'invalid'],
  ])('%s is %s', (range, expected) => {
    expect(newestMatching(range, versions)).toBe(expected)
  })

  it('list the newest first', () => {
    expect(newestFirst(['1.9.0', 'odd', '1.10.0', '2'])).toEqual(['2', '1.10.0', '1.9.0', 'odd'])
  })
})
