import { describe, expect, it } from 'vitest'
import type { Health, Readiness, Sidecar, SidecarName } from '../../src/config/sidecar.ts'
import { afterLines, planOrder } from '../../src/droplet/start-order.ts'
import { plan, shell, sidecar, stage, template, types } from '../support/shell-droplet.ts'

const PLACE = { file: 'sidecars.yml', line: 1, column: 1 }
const following = (...names: readonly string[]) => ({
  after: { names: names as SidecarName[], place: PLACE },
})
const staged = (sidecars: Readonly<Record<string, Partial<Sidecar>>>) =>
  stage(Object.entries(sidecars).map(([name, more]) => [sidecar(name, more), shell('x')]))

/** The order of the sidecars, by name. */
const orderOf = (sidecars: Readonly<Record<string, Partial<Sidecar>>>) =>
  Object.fromEntries(
    [...planOrder(staged(sidecars))].map(([name, { after, followers, stopLimit }]) => [
      name,
      { after: after.map((each) => each.sidecar.name), followers, stopLimit },
    ]),
  )

describe('the order of sidecars', () => {
  it('has only those that wait for others or are waited for', () => {
    expect(orderOf({ a: {}, b: following('gone'), c: {} })).toEqual({})
    expect(orderOf({ 'a b': {}, c: {}, d: following('a b', 'gone') })).toEqual({
      'a b': { after: [], followers: ['d'], stopLimit: 9000 },
      d: { after: ['a b'], followers: [], stopLimit: 8500 },
    })
  })

  it('gives half a second to each step of a stop, so that the last one has a second before the kill', () => {
    const chain = { last: following('b', 'c'), b: following('c'), c: {}, other: following('c') }
    expect(orderOf(chain)).toEqual({
      last: { after: ['b', 'c'], followers: [], stopLimit: 8000 },
      b: { after: ['c'], followers: ['last'], stopLimit: 8500 },
      c: { after: [], followers: ['last', 'b', 'other'], stopLimit: 9000 },
      other: { after: ['c'], followers: [], stopLimit: 8000 },
    })
  })

  it('gives four seconds to all steps of a long chain', () => {
    const names = Array.from({ length: 17 }, (_, at) => `s${at}`)
    const chain = Object.fromEntries(names.map((name, at) => [name, at === 0 ? {} : following(`s${at - 1}`)]))
    expect(names.map((name) => orderOf(chain)[name]?.stopLimit)).toEqual(
      names.map((_, at) => 9000 - at * 250),
    )
  })
})

const TIMES = { timeout: 1005, place: PLACE }
const waitFor = {
  port: { kind: 'port', port: 8082, ...TIMES },
  socket: { kind: 'socket', socket: template('$TMPDIR/a b'), ...TIMES },
  http: { kind: 'http', url: 'http://localhost:8082/up?key=s3cret', ...TIMES },
} satisfies Record<string, Readiness>
const health = (grace: number): Health => ({
  ...{ kind: 'command', command: 'true', grace },
  ...{ interval: 1000, timeout: 500, failures: 3, place: PLACE },
})

describe('what a sidecar waits for', () => {
  it.each<[string, Partial<Sidecar>, string]>([
    ['its port', { waitFor: waitFor.port }, `'port 8082' 101 __sidecar_listens 8082`],
    [
      'its socket',
      { waitFor: waitFor.socket },
      `'socket '"\${TMPDIR-}"'/a b' 101 __sidecar_socket "\${TMPDIR-}"'/a b'`,
    ],
    [
      'its URL, without the query in messages',
      { waitFor: waitFor.http },
      "http://localhost:8082/up 101 __sidecar_answers localhost 8082 '/up?key=s3cret'",
    ],
    ['its wait_for rather than health', { waitFor: waitFor.port, health: health(1000) }, `'port 8082' 101`],
    ['its health, for half a minute', { health: health(29_999) }, 'health 3000 __sidecar_healthy'],
    ['its health, for as long as grace', { health: health(30_001) }, 'health 3001 __sidecar_healthy'],
    ['its start', {}, 'started 0 true'],
  ])('is, of another sidecar, %s', (_, more, condition) => {
    const { lines, differ } = afterLines(sidecar('b'), staged({ 'a b': more }), '0')
    expect(differ).toBe(false)
    expect(lines).toContain(`__sidecar_after '"a b"' "$__deps"/../tmp/.sidecar-0-a-b ${condition}`)
  })

  it('stands once if it is the same in all process types, in its order', () => {
    const both = { processTypes: types('web', 'worker') }
    const { lines, differ } = afterLines(sidecar('c', both), staged({ b: both, a: both }), '0')
    expect(differ).toBe(false)
    expect(lines.match(/\.sidecar\S+|case/g)).toEqual(['.sidecar-0-b', '.sidecar-0-a'])
    expect(afterLines(sidecar('c', both), [], '0')).toEqual({ lines: '', differ: false })
  })

  it('depends on the process type if the others do not run in each', () => {
    const all = { processTypes: types('web', 'worker', 'clock') }
    const others = staged({ a: { processTypes: types('web') }, b: { processTypes: types('web', 'clock') } })
    const { lines, differ } = afterLines(sidecar('c', all), others, '0')
    expect(differ).toBe(true)
    expect(lines.match(/'"\w+"'\*|\.sidecar\S+/g)).toEqual([
      ...[`'"web"'*`, '.sidecar-0-a', '.sidecar-0-b'],
      ...[`'"clock"'*`, '.sidecar-0-b'],
    ])
  })
})

describe('the start script', () => {
  const START = ['__sidecar_after']
  it.each<[string, Partial<Sidecar>, readonly string[]]>([
    ['a port', { waitFor: waitFor.port }, ['__sidecar_listens', ...START]],
    ['a socket', { waitFor: waitFor.socket }, ['__sidecar_socket', ...START]],
    [
      'a URL',
      { waitFor: waitFor.http },
      ['__sidecar_listens', '__sidecar_get', '__sidecar_rest', ...START, '__sidecar_answers'],
    ],
    ['health', { health: health(1000) }, [...START, '__sidecar_healthy']],
    ['a port, not health', { waitFor: waitFor.port, health: health(1000) }, ['__sidecar_listens', ...START]],
    ['its start', {}, START],
  ])('of a sidecar that waits for another one has the functions for it: %s', (_, more, functions) => {
    const { files } = plan(staged({ a: more, b: following('a'), c: {} }))
    const textOf = (name: string) => files.find(({ path }) => path === `deps/0/start/${name}`)?.text ?? ''
    const functionsOf = (name: string) => [...textOf(name).matchAll(/^(\w+)\(\)/gm)].map(([, each]) => each)
    expect(functionsOf('b')).toEqual(functions)
    expect(textOf('b')).toContain('__mark="$__deps"/../tmp/.sidecar-0-b\n')
    expect(functionsOf('a')).toContain('__followed')
    expect(textOf('a')).toContain('marks=("$__deps"/../tmp/.sidecar-0-b)')
    expect(textOf('a')).toMatch(/limit=900$/m)
    expect(textOf('c')).not.toMatch(/__mark|__followed|__sidecar_after/)
  })
})
