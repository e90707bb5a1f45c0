import { describe, expect, test } from 'vitest'
import { heldByPlatform } from '../../src/config/rules/ports.ts'
import { planPorts } from '../../src/droplet/ports.ts'
import { env, sidecar, template, text, types } from './shell-droplet.ts'

describe('planPorts', () => {
  test('chains the proxies of a process type in the order of the file, the first one outermost', () => {
    const sidecars = [
      sidecar('outer', { proxy: { wait: true } }),
      sidecar('beside'),
      sidecar('middle', { proxy: { wait: true, appPort: 9000 }, processTypes: types('web', 'worker') }),
      sidecar('inner', { proxy: { wait: true } }),
    ]
    const chains = planPorts({ sidecars })
    expect([...(chains.get(types('web')[0] as never)?.proxies ?? [])]).toEqual([
      ['outer', { appPort: 18080 }],
      ['middle', { port: 18080, appPort: 9000 }],
      ['inner', { port: 9000, appPort: 18081 }],
    ])
    expect(chains.get(types('web')[0] as never)?.appPort).toBe(18081)
    expect(chains.get(types('worker')[0] as never)).toEqual({
      proxies: new Map([['middle', { appPort: 9000 }]]),
      appPort: 9000,
    })
  })

  test('keeps off every port that the configuration mentions anywhere', () => {
    const sidecars = [
      sidecar('proxy', { proxy: { wait: true } }),
      sidecar('other', {
        args: [template('--listen=:18080')],
        env: env({ URL: text('http://localhost:18081/') }),
        command: 'serve 18082',
      }),
    ]
    expect(planPorts({ sidecars }).get(types('web')[0] as never)?.appPort).toBe(18083)
  })

  test('knows the ports of the platform', () => {
    expect([8080, 2222, 61001, 61999, 8081, 62000].map((port) => heldByPlatform(port) !== undefined)).toEqual(
      [true, true, true, true, false, false],
    )
  })
})
