import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../../src/config/read.ts'
import { describeProblem, Problems } from '../../../src/problems/problems.ts'

/** Of `sidecars`, each the inside of a flow map. */
function problemsOf(...sidecars: readonly string[]): readonly string[] {
  const SIDECARS_CONFIG = `sidecars:\n${sidecars.map((each) => `  - {command: x, name: ${each}}\n`).join('')}`
  const problems = new Problems()
  readConfiguration({ appDir: '/', env: { SIDECARS_CONFIG } }, problems)
  return problems.sorted().map(describeProblem)
}

const one = (text: string) => [expect.stringContaining(text)]

describe('after', () => {
  it('accepts an order, also with disabled sidecars, and those with one common process type', () => {
    expect(
      problemsOf(
        'c, after: [b, a, off]',
        'b, after: [a], process_types: [web, worker]',
        'a, wait_for: {port: 81}',
        'off, enabled: false',
        'p, proxy: true, after: [c]',
      ),
    ).toEqual([])
  })

  it('refuses a name that no sidecar has, and suggests one', () => {
    expect(problemsOf('a, after: [config-servr]', 'config-server')).toEqual([
      '$SIDECARS_CONFIG:2:34: a starts after config-servr, which is not a sidecar of this buildpack; did you mean config-server?',
    ])
    expect(problemsOf('a, after: [web]')).toEqual(one('use the name of a sidecar'))
  })

  it('refuses process types that do not meet', () => {
    expect(problemsOf('a, after: [b]', 'b, process_types: [worker]')).toEqual(
      one('a starts after b, but no process type has both: web and worker'),
    )
  })

  it('refuses circles', () => {
    expect(problemsOf('a, after: [a]')).toEqual(one('a waits for itself; remove one of them from after'))
    expect(problemsOf('x, after: [a]', 'a, after: [c]', 'b, after: [a]', 'c, after: [b, d]', 'd')).toEqual(
      one('a waits for c, c waits for b, b waits for a: none of them can start'),
    )
  })

  it('counts the order of proxies, and the wait of the app', () => {
    expect(problemsOf('outer, proxy: true', 'inner, proxy: true, after: [outer]')).toEqual(
      one('outer waits for inner, inner waits for outer'),
    )
    expect(problemsOf('outer, proxy: {wait: false}', 'inner, proxy: true, after: [outer]')).toEqual([])
    expect(problemsOf('p, proxy: true', 'a, after: [p], wait_for: {port: 81}')).toEqual(
      one('the app (web) waits for a, a waits for p, p waits for the app (web): none of them can start'),
    )
    expect(problemsOf('p, proxy: true', 'a, after: [p]')).toEqual([])
    expect(problemsOf('p, proxy: true, wait_for: {port: 9901}')).toEqual(
      one('none of them can start; remove wait_for from the proxy'),
    )
  })

  it('takes thousands of sidecars in a chain, and finds a circle among them', () => {
    const chain = Array.from({ length: 5000 }, (_, at) => `s${at}, after: [s${at + 1}]`)
    expect(problemsOf(...chain, 's5000')).toEqual([])
    expect(problemsOf(...chain, 's5000, after: [s0]')).toHaveLength(1)
  })
})
