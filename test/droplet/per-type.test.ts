import { describe, expect, it } from 'vitest'
import type { ProcessType } from '../../src/config/sidecar.ts'
import { perType } from '../../src/droplet/per-type.ts'
import { exportedBy } from './exported-by.ts'

const script = (bodies: Readonly<Record<string, readonly string[]>>) =>
  perType(new Map(Object.entries(bodies) as [ProcessType, readonly string[]][]))
const branches = { web: ['export A=1', 'export B=1'], 'web 2': ['export A=2'], 'a<&>b': ['export A=3'] }
const typeOf = (json: string) => json.replace(/^.*"process_type": ?/, '')

describe('lines by process type', () => {
  it.each([
    ['a process type', '{"process_type":"web","uris":[]}', { A: '1', B: '1' }],
    ['one that is longer', '{"process_type":"web 2"}', { A: '2' }],
    ['one as Go writes it', String.raw`{"process_type":"a\u003c\u0026\u003eb"}`, { A: '3' }],
    ['one as others write it', '{"process_type": "a<&>b"}', { A: '3' }],
    ['another one', '{"process_type":"we"}', {}],
    ['a task', '{"name":"web"}', {}],
  ])('apply to %s', (_, application, expected) => {
    const before = `__type='${typeOf(application)}'`
    const { env, stderr } = exportedBy([script(branches)], { before })
    expect({ ...(env.A && { A: env.A }), ...(env.B && { B: env.B }) }).toEqual(expected)
    expect(stderr).toBe('')
  })

  it('stand once for the types that have the same', () => {
    expect(script({ web: ['x'], other: ['y'], worker: ['x'] })).toBe(`case $__type in
  '"web"'* | '"worker"'*)
    x
    ;;
  '"other"'*)
    y
    ;;
esac`)
  })
})
