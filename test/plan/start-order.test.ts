import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { startOrder } from '../../src/plan/start-order.ts'
import { Problems } from '../../src/problems/problems.ts'

function orderOf(sidecars: string, proxies: Parameters<typeof startOrder>[0]['proxies'] = [], port = 8080) {
  const { configuration } = readConfiguration(
    { appDir: '/', env: { SIDECARS_CONFIG: sidecars } },
    new Problems(),
  )
  const steps = startOrder({ type: 'web', configuration, manifestSidecars: ['listed'], port, proxies })
  return steps.map(({ kind, name, waitsFor }) =>
    [`${kind} ${name}`, ...waitsFor.map((each) => `${each.name}: ${each.until}`)].join(' < '),
  )
}

describe('the start order', () => {
  it('has the app after the sidecars that it waits for', () => {
    expect(
      orderOf(`sidecars:
  - {name: a, command: x, wait_for: {port: 9000, timeout: 5s}}
  - {name: b, command: x, wait_for: {socket: /tmp/b.sock}}
  - {name: other, command: x, process_types: [worker]}
`),
    ).toEqual([
      'sidecar listed',
      'sidecar a',
      'sidecar b',
      'app web < a: port 9000 accepts connections (at most 5 s) < b: socket /tmp/b.sock accepts connections (at most 30 s)',
    ])
  })

  it('has a sidecar after those that it names, where they run', () => {
    expect(
      orderOf(`sidecars:
  - {name: c, command: x, process_types: [web, worker], after: [b, other, off, elsewhere]}
  - {name: b, command: x, after: [a], health: {command: test -e x}}
  - {name: a, command: x, wait_for: {port: 9000}}
  - {name: other, command: x, process_types: [web, worker]}
  - {name: off, command: x, enabled: false}
  - {name: elsewhere, command: x, process_types: [worker]}
`),
    ).toEqual([
      'sidecar listed',
      'sidecar a',
      'sidecar b < a: port 9000 accepts connections (at most 30 s)',
      'sidecar other',
      'sidecar c < b: test -e x exits with status 0 once < other: it has started',
      'app web < a: port 9000 accepts connections (at most 30 s)',
    ])
  })

  it('has a proxy after the process behind it, except with wait: false', () => {
    const proxies = [
      { name: 'outer', port: 8080, forwardsTo: 18_080 },
      { name: 'inner', port: 18_080, forwardsTo: 18_081 },
    ]
    const entry = (proxy: string) =>
      `sidecars: [{name: outer, command: x, proxy: true}, {name: inner, command: x, proxy: ${proxy}}]`
    expect(orderOf(entry('true'), proxies, 18_081)).toEqual([
      'sidecar listed',
      'app web',
      'sidecar inner < web: it listens on port 18081',
      'sidecar outer < inner: it listens on port 18080',
    ])
    expect(orderOf(entry('{wait: false}'), proxies, 18_081)).toEqual([
      'sidecar listed',
      'sidecar inner',
      'sidecar outer < inner: it listens on port 18080',
      'app web',
    ])
  })
})
