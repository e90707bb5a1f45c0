import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../../src/config/read.ts'
import { broughtFiles } from '../../../src/java/recognition/brought-files.ts'
import { Problems } from '../../../src/problems/problems.ts'
import { temporaryFolder } from '../../support/files.ts'

/** Places of sidecars.yml, which are always among them. */
const CONFIGURATION = [
  'sidecars.yml',
  '.sidecars.yml',
  'BOOT-INF/classes/sidecars.yml',
  'WEB-INF/classes/sidecars.yml',
  'META-INF/sidecars.yml',
].map((path) => ({ path, place: undefined }))

function brought(yaml: string, ofBuildpack?: string) {
  const problems = new Problems()
  const directory = temporaryFolder(ofBuildpack === undefined ? {} : { 'config/sidecars.yml': ofBuildpack })
  const appDir = temporaryFolder({ 'sidecars.yml': yaml })
  const options = {
    appDir,
    env: {},
    ...(ofBuildpack !== undefined && { buildpack: { name: 'b', directory } }),
  }
  const { configuration } = readConfiguration(options, problems)
  problems.throwIfErrors()
  return broughtFiles(configuration)
}

const sidecar = (keys: string) => `sidecars: [{name: s, ${keys}}]`
const place = (column: number) => ({ file: 'sidecars.yml', line: 1, column })

describe('files of the app that only sidecars, agents and libraries use', () => {
  it('are the sources of all of them, with their places, and sidecars.yml', () => {
    const java = 'java: {agents: [{source: {path: a.jar}}], libraries: [{source: {path: b.jar}}]}'
    expect(brought(`${sidecar('source: {path: bin/s}, command: ./x/y')}\n${java}\n`)).toEqual([
      { path: 'bin/s', place: place(19) },
      { path: 'a.jar', place: { ...place(17), line: 2 } },
      { path: 'b.jar', place: { ...place(55), line: 2 } },
      ...CONFIGURATION,
    ])
  })

  it.each([
    ['source: {path: ./bin//s}', 'bin/s'],
    ['source: {path: dir/}, command: run', 'dir'],
    ['command: ./bin/server -v', 'bin/server'],
    ['command: "  bin/server"', 'bin/server'],
    ['command: exec bin/server', 'bin/server'],
    ['command: exec  bin/server', 'bin/server'],
    ['command: execute/server', 'execute/server'],
    [`command: '"bin/server" -v'`, 'bin/server'],
    [`command: "'bin/a+b@1%.x-y_z'"`, 'bin/a+b@1%.x-y_z'],
    ['command: $HOME/bin/server', 'bin/server'],
    ['command: "${HOME}/server/x"', 'server/x'],
    ['command: /home/vcap/app/bin/server', 'bin/server'],
    ['command: bin/server; echo', 'bin/server'],
    ['command: bin/server&', 'bin/server'],
    ['command: "bin/server\\nexit"', 'bin/server'],
  ])('are those of %s', (keys, path) => {
    expect(brought(sidecar(keys))).toEqual([{ path, place: place(19) }, ...CONFIGURATION])
  })

  it.each([
    'command: server -v',
    'command: /usr/bin/server',
    'command: ../bin/server',
    'command: cd bin/server',
    'command: A=b bin/server',
    'command: bin/$NAME',
    `command: "'bin/server"`,
    `source: {uri: "https://files.example/s", sha256: ${'0'.repeat(64)}}, command: bin/s`,
    'source: {path: .}, command: bin/s',
  ])('are none of %s', (keys) => {
    expect(brought(sidecar(keys))).toEqual(CONFIGURATION)
  })

  it('are none of the buildpack', () => {
    expect(brought('sidecars: []', sidecar('source: {path: bin/s}'))).toEqual(CONFIGURATION)
  })
})
