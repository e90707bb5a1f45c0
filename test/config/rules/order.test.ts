import { describe, expect, it } from 'vitest'
import { problemsOf } from '../problems-of.ts'

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

  it.each([
    ['of which one is near', 'config-servr', 'did you mean config-server?'],
    ['with two other letters', 'config-serv', 'did you mean config-server?'],
    ['with three', 'config-ser', 'use the name of a sidecar'],
    ['near only its own', 'm', 'use the name of a sidecar'],
  ])('refuses a name that no sidecar has: %s', (_, name, remedy) => {
    expect(problemsOf(`me, after: [${name}]`, 'config-server')).toEqual([
      `error 2:35: me starts after ${name}, which is not a sidecar of this buildpack; ${remedy}`,
    ])
  })

  it('refuses process types that do not meet', () => {
    expect(
      problemsOf('a, after: [b], process_types: [web, cron]', 'b, process_types: [worker, clock]'),
    ).toEqual([
      'error 2:34: a starts after b, but no process type has both: web, cron and worker, clock; give them a common process type, or remove it from after',
    ])
  })
})

const none = (place: string, waits: string, remedy = 'remove one of them from after') => [
  `error ${place}: ${waits}: none of them can start; ${remedy}`,
]
const circle = (...names: readonly string[]) =>
  names.map((each, at) => `${each} waits for ${names[(at + 1) % names.length]}`).join(', ')
const both = 'process_types: [web, worker]'

describe('refuses circles', () => {
  it.each([
    ['of one', ['a, after: [a]'], ['error 2:34: a waits for itself; remove one of them from after']],
    [
      'of three, with others before them, beside them and that they wait for',
      ['x, after: [a]', 'a, after: [c]', 'b, after: [a]', 'c, after: [d, b]', 'd', 'e, after: [d]'],
      none('3:34', circle('a', 'c', 'b')),
    ],
    [
      'beside waits for sidecars that do not run here',
      ['a, after: [off, b]', 'off, enabled: false', 'b, after: [a]'],
      none('2:34', circle('a', 'b')),
    ],
    [
      'once for several process types, wherever they begin',
      ['x, after: [b], process_types: [worker]', `a, after: [b], ${both}`, `b, after: [a], ${both}`],
      none('3:34', circle('b', 'a')),
    ],
    [
      'of each process type',
      [
        'a, after: [b]',
        'b, after: [a]',
        'c, after: [d], process_types: [worker]',
        'd, after: [c], process_types: [worker]',
      ],
      [...none('2:34', circle('a', 'b')), ...none('4:34', circle('c', 'd'))],
    ],
    [
      'of a proxy and the proxy behind it',
      ['outer, proxy: true', 'inner, proxy: true, after: [outer]'],
      none('3:51', circle('outer', 'inner')),
    ],
    [
      'of the app, the last proxy and what the app waits for',
      ['outer, proxy: true', 'p, proxy: true', 'a, after: [p], wait_for: {port: 81}'],
      none('4:34', circle('the app (web)', 'a', 'p')),
    ],
    [
      'by a socket',
      ['p, proxy: true', 'a, after: [p], wait_for: {socket: /tmp/s}'],
      none('3:34', circle('the app (web)', 'a', 'p')),
    ],
    [
      'of the app and a proxy with wait_for',
      ['p, proxy: true, wait_for: {port: 9901}', 'a', 'b, after: [a]'],
      none('2:24', circle('the app (web)', 'p'), 'remove wait_for from the proxy'),
    ],
  ])('%s', (_, sidecars, messages) => {
    expect(problemsOf(...sidecars)).toEqual(messages)
  })

  it.each([
    ['a proxy that does not wait', ['outer, proxy: {wait: false}', 'inner, proxy: true, after: [outer]']],
    ['a sidecar for which the app does not wait', ['p, proxy: true', 'a, after: [p]']],
    ['an address elsewhere', ['p, proxy: true', 'a, after: [p], wait_for: {http: "http://example.com"}']],
  ])('but not by %s', (_, sidecars) => {
    expect(problemsOf(...sidecars)).toEqual([])
  })

  it('reports a proxy that waits for its own port once', () => {
    expect(problemsOf('p, proxy: true, wait_for: {port: 8080}')).toEqual([
      expect.stringContaining('so the wait never ends; '),
    ])
  })

  it('takes thousands of sidecars in a chain, and finds a circle among them', () => {
    const chain = Array.from({ length: 5000 }, (_, at) => `s${at}, after: [s${at + 1}]`)
    expect(problemsOf(...chain, 's5000')).toEqual([])
    expect(problemsOf(...chain, 's5000, after: [s0]')).toHaveLength(1)
  })
})
