import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'

/** Of `sidecars`, each the inside of a flow map. */
function read(...sidecars: readonly string[]) {
  const text = `sidecars:\n${sidecars.map((each) => `  - {command: x, ${each}}\n`).join('')}`
  const problems = new Problems()
  const { configuration } = readConfiguration({ appDir: '/', env: { SIDECARS_CONFIG: text } }, problems)
  return { sidecars: configuration.sidecars, problems: problems.sorted().map(describeProblem) }
}

describe('health', () => {
  it('has defaults for all times, in milliseconds', () => {
    const { sidecars, problems } = read(
      'name: a, health: {port: 81}',
      'name: b, health: {command: test -e x, interval: 5s, timeout: 500ms, failures: 2, grace: 0s}',
      'name: c, health: {http: "HTTP://localhost:83/x"}',
      'name: d, health: {socket: $TMPDIR/x.sock}',
    )
    expect(problems).toEqual([])
    expect(sidecars.map(({ health: { place: _, ...health } = { place: undefined } }) => health)).toEqual([
      { kind: 'port', port: 81, interval: 30_000, timeout: 1000, failures: 3, grace: 60_000 },
      { kind: 'command', command: 'test -e x', interval: 5000, timeout: 500, failures: 2, grace: 0 },
      expect.objectContaining({ kind: 'http', url: 'http://localhost:83/x' }),
      expect.objectContaining({ kind: 'socket', socket: [expect.anything(), '/x.sock'] }),
    ])
  })

  it.each([
    ['two checks', 'health: {port: 81, command: x}', 'has both port and command; write exactly one of'],
    ['no check', 'health: {interval: 5s}', 'has nothing to check; write exactly one of port, http, socket'],
    ['a short interval', 'health: {port: 81, interval: 0.5s}', 'must be from 1s to 3600s; use 1s'],
    ['a port of the platform', 'health: {port: 8080}', 'health of a checks port 8080, which is $PORT'],
    ['the same in a URL', 'health: {http: "http://localhost:2222/"}', 'port 2222, which is the port of the'],
    ['an unknown key', 'health: {prot: 81}', 'did you mean port?'],
    ['HTTPS', 'health: {http: "https://localhost:81"}', 'health.http is not an http URL'],
  ])('refuses %s', (_, keys, said) => {
    expect(read(`name: a, ${keys}`).problems).toEqual([expect.stringContaining(said)])
  })

  it('may check the port of wait_for, or its own port as proxy, but not that of another sidecar', () => {
    expect(read('name: a, wait_for: {port: 81}, health: {http: "http://localhost:81/"}').problems).toEqual([])
    expect(read('name: a, proxy: true, health: {port: 8080}').problems).toEqual([])
    expect(read('name: a, wait_for: {port: 81}', 'name: b, health: {port: 81}').problems).toEqual([
      expect.stringContaining('b and a both use port 81'),
    ])
  })
})
