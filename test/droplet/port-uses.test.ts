import { describe, expect, it } from 'vitest'
import type { Health, Readiness, Sidecar } from '../../src/config/sidecar.ts'
import { portUsesMark, readPortUses } from '../../src/droplet/port-uses.ts'
import { renderConfigYml } from '../../src/platform/config-yml.ts'
import { sidecar, types } from '../support/shell-droplet.ts'

const PLACE = { file: 'sidecars.yml', line: 1, column: 1 }
const configYml = (config: Readonly<Record<string, readonly string[]>>) =>
  renderConfigYml({ name: 'Sidecar Buildpack', version: '1.2.3', config })
/** What `run` reads from the config.yml that staging writes. */
const usesOf = (...sidecars: readonly Sidecar[]) => readPortUses(configYml(portUsesMark({ sidecars })))
const waitFor = (check: { port: number } | { http: string } | { socket: string }) => {
  const more = { timeout: 1000, place: PLACE }
  if ('port' in check) return { kind: 'port', port: check.port, ...more } as Readiness
  if ('http' in check) return { kind: 'http', url: check.http, ...more } as Readiness
  return { kind: 'socket', socket: [check.socket], ...more } as Readiness
}
const health = (check: Parameters<typeof waitFor>[0]) =>
  ({ ...waitFor(check), interval: 1000, failures: 3, grace: 1000 }) as Health

describe('the ports of sidecars in config.yml', () => {
  it('are those that each proxy forwards to, by process type', () => {
    const uses = usesOf(
      sidecar('outer', { proxy: { wait: true }, processTypes: types('web', 'worker') }),
      sidecar('inner', { proxy: { wait: true, appPort: 9000 } }),
    )
    const planned = (processType: string, name: string, number: number, isFixed: boolean) => ({
      ...{ processType, sidecar: name, purpose: 'proxy' },
      port: { number, isFixed },
    })
    expect(uses).toEqual([
      planned('web', 'outer', 18_080, false),
      planned('web', 'inner', 9000, true),
      planned('worker', 'outer', 18_080, false),
    ])
  })

  it.each<[string, Partial<Sidecar>, readonly [purpose: string, port: number][]]>([
    ['that of wait_for', { waitFor: waitFor({ port: 8082 }) }, [['wait_for', 8082]]],
    ['that of health', { health: health({ port: 8083 }) }, [['health', 8083]]],
    [
      'that of wait_for, not of health, if it has both',
      { waitFor: waitFor({ http: 'http://localhost:8082/up' }), health: health({ port: 8083 }) },
      [['wait_for', 8082]],
    ],
    [
      'that of health, if wait_for has none',
      { waitFor: waitFor({ socket: '/tmp/x' }), health: health({ http: 'http://127.0.0.1/' }) },
      [['health', 80]],
    ],
    ['none of another host', { waitFor: waitFor({ http: 'http://example.com:8082/' }) }, []],
    ['none of a sidecar without checks', {}, []],
  ])('are, of checks, %s', (_, more, expected) => {
    const uses = usesOf(sidecar('a', { ...more, processTypes: types('web', 'worker') }))
    expect(uses).toEqual(
      expected.flatMap(([purpose, number]) =>
        ['web', 'worker'].map((processType) => ({
          ...{ processType, sidecar: 'a', purpose },
          port: { number, isFixed: true },
        })),
      ),
    )
  })

  it('have no entry if there are none', () => {
    expect(portUsesMark({ sidecars: [sidecar('a')] })).toEqual({})
  })

  it.each([
    ['another buildpack', configYml({})],
    ['a buildpack with something else in the entry', configYml({ sidecar_buildpack_ports: ['8080'] })],
    ['one with no port in it', configYml({ sidecar_buildpack_ports: ['{"port":{"number":"8080"}}'] })],
    ['one with no JSON in it', configYml({ sidecar_buildpack_ports: ['port 8080'] })],
    ['nothing', ''],
  ])('are none in the config.yml of %s', (_, config) => {
    expect(readPortUses(config)).toEqual([])
  })
})
