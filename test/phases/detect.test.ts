import { describe, expect, it } from 'vitest'
import { detect } from '../../src/phases/detect.ts'
import { temporaryFolder } from '../support/files.ts'

const SIDECAR = 'sidecars:\n  - {name: a, command: x}\n'
const LOST =
  "sidecar-buildpack: the app's sidecars only run if the manifest lists this buildpack under buildpacks"
const invalid = (error: string) => `${LOST} (also, its configuration is invalid: ${error})`

describe('detect', () => {
  it.each([
    ['claims an app whose own sidecars.yml gives processes.web', `${SIDECAR}processes: {web: y}\n`],
    ['also without sidecars', 'processes: {worker: x, web: y}\n'],
  ])('%s', (_, text) => {
    const name = 'sidecar 1.2.3'
    expect(detect(temporaryFolder({ 'sidecars.yml': text }), {}, '1.2.3')).toEqual({ applies: true, name })
  })

  it('leaves an app without a configuration, and says nothing', () => {
    expect(detect(temporaryFolder(), {}, '1.2.3')).toEqual({ applies: false })
  })

  it.each([
    ['sidecars', SIDECAR, LOST],
    ['sidecars and another process', `${SIDECAR}processes: {worker: x}\n`, LOST],
    [
      'an invalid configuration',
      `${SIDECAR}processes: {web: y}\nzzz: 1\n`,
      invalid('sidecars.yml:4:1: unknown key zzz; valid keys: sidecars, java, processes'),
    ],
    [
      'a configuration with a warning and an error',
      'sidecars:\n  - {name: a, command: x, process_types: [web, task]}\n  - {name: b}\nz: 1\n',
      invalid('sidecars.yml:4:1: unknown key z; valid keys: sidecars, java, processes'),
    ],
  ])('leaves an app with %s, in one line that says what to do', (_, text, hint) => {
    expect(detect(temporaryFolder({ 'sidecars.yml': text }), {}, '1.2.3')).toEqual({ applies: false, hint })
  })

  it('reports a file of SIDECARS_CONFIG_PATH that is not there', () => {
    const env = { SIDECARS_CONFIG_PATH: 'nowhere.yml' }
    expect(detect(temporaryFolder(), env, '1.2.3')).toEqual({
      applies: false,
      hint: expect.stringContaining(invalid('SIDECARS_CONFIG_PATH is nowhere.yml').slice(0, -1)),
    })
  })
})
