import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { planPorts, portAt, portExpression } from '../../src/droplet/ports.ts'
import { isOfPlatform } from '../../src/platform/ports.ts'
import { env, sidecar, template, text, types } from '../support/shell-droplet.ts'

const moving = (number: number) => ({ number, isFixed: false })
const fixed = (number: number) => ({ number, isFixed: true })

describe('planPorts', () => {
  test('chains the proxies of a process type in the order of the file, the first one outermost', () => {
    const sidecars = [
      sidecar('outer', { proxy: { wait: true } }),
      sidecar('beside'),
      sidecar('middle', { proxy: { wait: true, appPort: 9000 }, processTypes: types('web', 'worker') }),
      sidecar('inner', { proxy: { wait: true } }),
      sidecar('elsewhere', { processTypes: types('clock') }),
    ]
    const chains = planPorts({ sidecars })
    expect([...chains.keys()]).toEqual(['web', 'worker'])
    expect([...(chains.get(types('web')[0] as never)?.proxies ?? [])]).toEqual([
      ['outer', { appPort: moving(18080) }],
      ['middle', { port: moving(18080), appPort: fixed(9000) }],
      ['inner', { port: fixed(9000), appPort: moving(18081) }],
    ])
    expect(chains.get(types('web')[0] as never)?.appPort).toEqual(moving(18081))
    expect(chains.get(types('worker')[0] as never)).toEqual({
      proxies: new Map([['middle', { appPort: fixed(9000) }]]),
      appPort: fixed(9000),
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
    expect(planPorts({ sidecars }).get(types('web')[0] as never)?.appPort).toEqual(moving(18083))
  })

  test('knows the ports of the platform', () => {
    expect([8080, 2222, 61001, 61999, 8081, 62000].map((port) => isOfPlatform(port))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ])
  })
})

describe('a planned port', () => {
  test('moves with the port of the instance, unless it is fixed', () => {
    expect([8080, 9090, 80].map((port) => portAt(moving(18081), port))).toEqual([18081, 19091, 10081])
    expect([8080, 9090].map((port) => portAt(fixed(9000), port))).toEqual([9000, 9000])
  })

  test('is neither a reserved port nor out of range, whatever the port of the instance is', () => {
    const ports = Array.from({ length: 65_535 }, (_, at) => portAt(moving(18080), at + 1))
    expect([Math.min(...ports), Math.max(...ports)]).toEqual([10_000, 64_999])
  })

  test('is the same in the shell', () => {
    const instances = [1, 8080, 9090, 54_999, 55_000, 65_535]
    const planned = [moving(18080), moving(18081), fixed(9000)]
    const script = `for __port in ${instances.join(' ')}; do echo ${planned.map(portExpression).join(' ')}; done`
    const lines = instances.map((port) => planned.map((each) => portAt(each, port)).join(' '))
    expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe(`${lines.join('\n')}\n`)
  })
})
