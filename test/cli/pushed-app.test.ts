/** What is pushed, found as `cf push` finds it: the manifest, the files, the variables. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { type PushOptions, readPushedApp, severalApplications } from '../../src/cli/pushed-app.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { temporaryFolder, writeFiles } from '../support/files.ts'

let cwd: string
let noted: string

beforeEach(() => {
  noted = ''
  cwd = temporaryFolder({
    'manifest.yml': 'applications:\n- {name: one, path: apps/one}\n- {name: two, path: apps/two}\n',
    'apps/one/app.rb': '',
    'apps/two/app.rb': '',
    'single/manifest.yaml': 'applications: [{name: single, path: app}]',
    'single/app/app.rb': '',
    'nameless.yml': 'applications: [{memory: 1G}]',
    'nowhere.yml': 'applications: [{name: a, path: nothing}]',
    'bare/app.rb': '',
    'buildpack/manifest.yml': 'language: ruby\ndependencies: []\n',
  })
})

function lineIn(folder: string) {
  return {
    env: {},
    cwd: join(cwd, folder),
    out: () => undefined,
    err: (text: string | Uint8Array) => {
      noted += String(text)
    },
    isTerminal: false,
  }
}

async function pushed(app: string | undefined, options: PushOptions = {}, from = '.') {
  const problems = new Problems()
  const line = lineIn(from)
  const { path, hasFiles, name, manifest } = await readPushedApp(app, options, line, problems)
  return {
    path: path.replace(cwd, ''),
    hasFiles,
    name,
    manifest,
    problems: problems.sorted().map(describeProblem),
  }
}

describe('the pushed app', () => {
  it('of ./manifest.yml is where its path leads, from the manifest on', async () => {
    expect(await pushed(undefined, {}, 'single')).toMatchObject({ path: '/single/app', name: 'single' })
    expect(await pushed(undefined, { manifest: 'single' })).toMatchObject({
      path: '/single/app',
      name: 'single',
    })
  })

  it('is the working directory without a manifest, and beside that of a buildpack', async () => {
    expect(await pushed(undefined, {}, 'bare')).toMatchObject({
      path: '/bare',
      name: 'bare',
      manifest: undefined,
    })
    expect(await pushed(undefined, {}, 'buildpack')).toMatchObject({
      path: '/buildpack',
      manifest: undefined,
    })
  })

  it('leaves a manifest in the directory of the files alone, and says so', async () => {
    expect(await pushed('../single', {}, 'bare')).toMatchObject({ path: '/single', manifest: undefined })
    expect(noted).toBe('note: ../single/manifest.yaml is not used; to use it, pass -f ../single\n')
    noted = ''
    writeFiles(cwd, { "it's an app/manifest.yml": 'applications: [{name: a}]' })
    await pushed("../it's an app", {}, 'bare')
    expect(noted).toMatch(/; to use it, pass -f '\.\.\/it'\\''s an app'\n$/)
    noted = ''
    await pushed('../buildpack', {}, 'bare')
    await pushed('app.rb', {}, 'bare')
    expect(noted).toBe('')
  })

  it('is read although the manifest in the directory of the files, which is not used, cannot be', async () => {
    writeFileSync(join(cwd, 'single/manifest.yaml'), Buffer.alloc(5 * 1024 ** 2))
    expect(await pushed('../single', {}, 'bare')).toMatchObject({ path: '/single', manifest: undefined })
  })

  it('of several applications is chosen by --app, by APP as a name, or by APP as its files', async () => {
    expect(await pushed(undefined, { app: 'two' })).toMatchObject({ path: '/apps/two', name: 'two' })
    expect(await pushed('two')).toMatchObject({ path: '/apps/two', name: 'two' })
    expect(await pushed('apps/two')).toMatchObject({ path: '/apps/two', name: 'two' })
    expect(await pushed('two', { path: 'bare' })).toMatchObject({ path: '/bare', name: 'two' })
    expect((await pushed(undefined)).problems[0]).toContain('choose one with --app: one, two')
  })

  it('given as APP or with -p overrides path, with a note', async () => {
    expect(await pushed('bare', { manifest: 'nowhere.yml' })).toMatchObject({ path: '/bare', problems: [] })
    expect(noted).toBe('note: using bare instead of path nothing in nowhere.yml\n')
    expect(await pushed(undefined, { manifest: 'single', path: 'bare' })).toMatchObject({ path: '/bare' })
  })

  it('is missing where path leads nowhere', async () => {
    expect(await pushed(undefined, { manifest: 'nowhere.yml' })).toMatchObject({
      hasFiles: false,
      problems: ['nowhere.yml:1:16: path nothing does not exist; path is relative to the manifest'],
    })
  })

  it('has no files if the manifest has no such application, instead of those of the working directory', async () => {
    const unknown = 'manifest.yml:2:1: the manifest has no application three; it has one, two'
    expect(await pushed(undefined, { app: 'three' })).toMatchObject({ hasFiles: false, problems: [unknown] })
    expect(await pushed('three')).toMatchObject({
      hasFiles: false,
      problems: [unknown, 'three: no such file, directory or application in the manifest'],
    })
    expect(await pushed('one')).toMatchObject({ hasFiles: true, problems: [] })
  })

  it('without a name takes that of --app', async () => {
    expect(await pushed('bare', { manifest: 'nameless.yml', app: 'mine' })).toMatchObject({
      name: 'mine',
      problems: [],
    })
  })

  it('is not given twice', async () => {
    await expect(pushed('x', { path: 'app' }, 'bare')).rejects.toThrow('pass either x or -p app, not both')
    await expect(pushed(undefined, { app: 'x' }, 'bare')).rejects.toThrow('no manifest.yml was found')
  })
})

describe('several applications', () => {
  it('come from one reading of the manifest, also if the file changes meanwhile', async () => {
    const line = lineIn('.')
    const several = await severalApplications(undefined, {}, line)
    expect(several?.map(({ name }) => name)).toEqual(['one', 'two'])
    writeFileSync(join(cwd, 'manifest.yml'), 'applications: []')
    for (const { name, manifest } of several ?? []) {
      const problems = new Problems()
      const { path } = await readPushedApp(undefined, { app: name }, line, problems, manifest)
      expect([path, problems.sorted()]).toEqual([join(cwd, 'apps', name), []])
    }
  })
})
