import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  chooseBuildpacks,
  isOwnBuildpack,
  missingBuildpacks,
  parseBuildpackSource,
} from '../../../src/lifecycle/staging/buildpack-source.ts'
import { temporaryFolder } from '../../support/files.ts'
import { jar } from '../../support/jars.ts'

const cwd = temporaryFolder({
  'local/bin/supply': '',
  'a=b/bin/supply': '',
  'app.zip': jar({ 'bin/supply': '' }),
})
const parse = (text: string) => parseBuildpackSource(text, cwd)
const names = (manifest: readonly string[], ...given: readonly string[]) =>
  chooseBuildpacks(manifest, given.map(parse)).map(({ name }) => name)

describe('-b', () => {
  it.each([
    ['sidecar', { name: 'sidecar', isBare: true }],
    ['sidecar_buildpack', { name: 'sidecar_buildpack', isBare: true }],
    ['local', { name: 'local', path: join(cwd, 'local'), isBare: true }],
    ['a=b', { name: 'a=b', path: join(cwd, 'a=b'), isBare: true }],
    ['app.zip', { name: 'app', path: join(cwd, 'app.zip'), isBare: true }],
    ['java=local', { name: 'java', path: join(cwd, 'local'), isBare: false }],
    ['ruby=host', { name: 'ruby', isHost: true, isBare: false }],
    ['mine=sidecar', { name: 'mine', isBare: false }],
    ['https://host/a.zip?t=1', { name: 'https://host/a.zip', url: 'https://host/a.zip?t=1', isBare: true }],
    ['java=https://host/a.zip', { name: 'java', url: 'https://host/a.zip', isBare: false }],
    ['https://host/r#v1=local', { name: 'https://host/r#v1', path: join(cwd, 'local'), isBare: false }],
    ['git@host:r.git#v1', { name: 'git@host:r.git#v1', url: 'git@host:r.git#v1', isBare: true }],
  ])('%s', (text, expected) => {
    expect(parse(text)).toEqual(expected)
  })

  it.each(['', ' ', 'java='])('refuses an empty path: "%s"', (text) => {
    expect(() => parse(text)).toThrow(/the path is missing/)
  })

  it('that is bare makes all that are given the list, in their order', () => {
    expect(names(['sidecar', 'java'], 'local', 'java=local')).toEqual(['local', 'java'])
    expect(names(['java'], 'java=local', 'sidecar')).toEqual(['java', 'sidecar'])
  })

  it('with a name each says where those of the manifest are', () => {
    expect(names(['sidecar_buildpack', 'java'], 'other=local', 'java=local')).toEqual([
      'sidecar_buildpack',
      'java',
    ])
    expect(names([], 'java=local', 'mine=sidecar')).toEqual(['java', 'mine'])
    expect(names(['https://host/r#v1', 'sidecar'])).toEqual(['https://host/r#v1', 'sidecar'])
  })

  it('leaves those that are not available, or are to be stood in for, to the caller', () => {
    const given = ['java=local', 'ruby=host'].map(parse)
    expect(chooseBuildpacks(['java', 'go', 'ruby'], given)).toEqual([
      { name: 'java', path: join(cwd, 'local'), isBare: false },
      { name: 'go', isMissing: true },
      { name: 'ruby', isMissing: true },
    ])
    expect(missingBuildpacks(['go']).message).toBe(
      "the manifest lists buildpack go, which is not available locally; pass its directory or zip: -b 'go=PATH'",
    )
  })
})

it('recognises buildpacks of this project, as directories and as zips', () => {
  mkdirSync(join(cwd, 'ours/bin'), { recursive: true })
  writeFileSync(join(cwd, 'ours/bin/start-node.bash'), '')
  writeFileSync(join(cwd, 'ours.zip'), jar({ 'bin/start-node.bash': '' }))
  expect(
    ['ours', 'ours.zip', 'sidecar', 'local', 'app.zip'].map((each) => isOwnBuildpack(parse(each))),
  ).toEqual([true, true, true, false, false])
})
