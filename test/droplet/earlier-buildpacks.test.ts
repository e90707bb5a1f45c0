import { describe, expect, it } from 'vitest'
import { earlierBuildpacks } from '../../src/droplet/earlier-buildpacks.ts'
import { renderConfigYml } from '../../src/platform/config-yml.ts'
import { temporaryFolder } from '../support/files.ts'

const LAUNCH = 'processes:\n- {type: apm, command: y, platforms: {cloudfoundry: {sidecar_for: [web]}}}\n'
const ours = {
  sidecar_buildpack: '1.2.3',
  sidecar_buildpack_proxies: ['web', 'worker'],
  sidecar_buildpack_carried: ['apm', 'off'],
  sidecar_buildpack_classes: ['500'],
}
const NONE = {
  isOurs: false,
  proxied: [],
  carried: [],
  processes: [],
  ports: [],
  addedClasses: 0,
  numbers: new Set(),
}

describe('earlier buildpacks', () => {
  it('are those before this one, in the order of the manifest, with what they wrote', () => {
    const deps = temporaryFolder({
      '02/bin/x': '',
      '01/config.yml': renderConfigYml({ name: 'Sidecar Buildpack', version: '1.2.3', config: ours }),
      '00/config.yml': 'name: acme\nversion: "1"\nconfig: {}\n',
      '00/launch.yml': LAUNCH,
      '00/start/foreign': '8081',
      '01/start/apm': 'run --port 18080',
      '03/config.yml': 'name: this\nversion: "1"\nconfig: {}\n',
      '04/config.yml': 'name: later\nversion: "1"\nconfig: {}\n',
    })
    expect(earlierBuildpacks(deps, '03')).toEqual([
      {
        ...{ ...NONE, index: '00', name: 'acme' },
        processes: [{ type: 'apm', command: 'y', sidecarFor: ['web'], memory: 0 }],
        numbers: new Set([1]),
      },
      {
        ...{ ...NONE, index: '01', name: 'Sidecar Buildpack', isOurs: true },
        ...{ proxied: ['web', 'worker'], carried: ['apm', 'off'] },
        numbers: new Set([1, 2, 3, 500, 18_080]),
        addedClasses: 500,
      },
      { ...NONE, index: '02', name: 'number 2' },
    ])
  })

  it.each([
    ['our entry', 'name: x\nconfig:\n  sidecar_buildpack: "1"\n', true],
    ['it deeper', 'name: x\nconfig:\n  other:\n    sidecar_buildpack: "1"\n', false],
    ['it as a value', 'name: x\nconfig:\n  other: sidecar_buildpack\n', false],
    ['another entry of ours alone', 'name: x\nconfig:\n  "sidecar_buildpack_ports": []\n', false],
  ])('are copies of ours by their config.yml: %s', (_, config, isOurs) => {
    const deps = temporaryFolder({ '0/config.yml': config, '1/x': '' })
    expect(earlierBuildpacks(deps, '1')).toMatchObject([{ name: 'x', isOurs }])
  })

  it('have no processes if their launch.yml is invalid, and a number if config.yml has no name', () => {
    const deps = temporaryFolder({
      '0/config.yml': 'version: "1"\n',
      '0/launch.yml': 'processes: [',
      '1/x': '',
    })
    expect(earlierBuildpacks(deps, '1')).toEqual([
      { ...NONE, index: '0', name: 'number 0', numbers: new Set([1]) },
    ])
  })

  it('are refused if such a file is a directory', () => {
    const deps = temporaryFolder({ '0/launch.yml/x': '', '1/x': '' })
    expect(() => earlierBuildpacks(deps, '1')).toThrow(`${deps}/0/launch.yml is a directory, expected a file`)
  })
})
