import { describe, expect, it } from 'vitest'
import {
  type AppOfList,
  type BuildpackList,
  checkBuildpackList,
  usualBuildpack,
} from '../../src/inspect/buildpack-list.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { temporaryFolder } from '../support/files.ts'

const place = { file: 'manifest.yml', line: 2, column: 3 }
const APP: AppOfList = {
  sidecars: ['geo'],
  hasConfiguration: true,
  declaresWeb: false,
  claimsApp: false,
  usual: 'ruby_buildpack',
}

function said(list: Partial<BuildpackList>, app: Partial<AppOfList> = {}): readonly string[] {
  const problems = new Problems()
  const whole: BuildpackList = { names: [], own: [], lifecycle: 'buildpack', place, ...list }
  checkBuildpackList(whole, { ...APP, ...app }, problems)
  return problems.sorted().map((each) => `${each.severity}: ${describeProblem(each)}`)
}

it.each([
  ['package.json', 'nodejs_buildpack'],
  ['META-INF/MANIFEST.MF', 'java_buildpack'],
  ['run.sh', 'binary_buildpack'],
])('an app with %s is usually built by %s', (file, buildpack) => {
  expect(usualBuildpack(temporaryFolder({ [file]: '' }))).toBe(buildpack)
})

describe('a list of buildpacks', () => {
  it.each([
    [['sidecar_buildpack', 'java_buildpack'], []],
    [['nodejs_buildpack', 'sidecar', 'java_buildpack'], []],
    [['sidecar'], []],
  ])('%j is fine', (names, expected) => {
    expect(said({ names })).toEqual(expected)
  })

  it('without this buildpack loses its sidecars, with what to write', () => {
    expect(said({ names: ['java_buildpack'] })).toEqual([
      'warning: manifest.yml:2:3: buildpacks does not list the sidecar buildpack, so the sidecars of sidecars.yml do not run (geo); use buildpacks: [sidecar_buildpack, java_buildpack]',
    ])
  })

  it('from the command line is written as there', () => {
    expect(said({ names: ['java'], place: undefined })).toEqual([
      'warning: -b does not list the sidecar buildpack, so the sidecars of sidecars.yml do not run (geo); use -b sidecar_buildpack -b java',
    ])
    expect(said({ names: ['java', 'sidecar'], place: undefined })[0]).toMatch(/; use -b sidecar -b java$/)
  })

  it('with a misspelled name gets the nearest name', () => {
    expect(said({ names: ['sidecar_buildpak', 'java_buildpack'] })).toEqual([
      'warning: manifest.yml:2:3: there is no buildpack sidecar_buildpak, so the sidecars of sidecars.yml do not run (geo); use sidecar_buildpack',
    ])
  })

  it('that ends with this buildpack builds the app only where something declares its web process', () => {
    const names = ['java_buildpack', 'sidecar_buildpack']
    expect(said({ names })).toEqual([
      'warning: manifest.yml:2:3: sidecar_buildpack is the last buildpack, so java_buildpack does not build the app; use buildpacks: [sidecar_buildpack, java_buildpack]',
    ])
    expect(said({ names }, { declaresWeb: true })).toEqual([])
  })

  it('may name a buildpack that this project packaged', () => {
    expect(said({ names: ['acme', 'java_buildpack'], own: ['acme'] })).toEqual([])
  })

  it('that is empty leaves it to detection, which takes only apps that declare their web process', () => {
    expect(said({})).toEqual([
      'warning: manifest.yml:2:3: the manifest lists no buildpacks, so the sidecars of sidecars.yml may not run (geo); use for example buildpacks: [sidecar_buildpack, ruby_buildpack]',
    ])
    expect(said({}, { claimsApp: true })).toEqual([])
  })

  it.each(['docker', 'cnb'] as const)('means nothing under lifecycle %s', (lifecycle) => {
    expect(said({ lifecycle, names: ['sidecar_buildpack'] })[0]).toMatch(
      /runs no Cloud Foundry buildpacks.*declare them under sidecars: in the manifest/,
    )
  })

  it('says nothing of an app without sidecars', () => {
    expect(said({ names: ['java_buildpack'] }, { sidecars: [], hasConfiguration: false })).toEqual([])
  })

  it('without this buildpack does not use a sidecars.yml in which no sidecar can be read', () => {
    expect(said({ names: ['java_buildpack'] }, { sidecars: [] })).toEqual([
      'warning: manifest.yml:2:3: buildpacks does not list the sidecar buildpack, so sidecars.yml is not used; use buildpacks: [sidecar_buildpack, java_buildpack]',
    ])
    expect(said({ names: ['java_buildpack', 'sidecar_buildpack'] }, { sidecars: [] })).toEqual([])
    expect(said({}, { sidecars: [] })).toEqual([])
  })
})
