import { describe, expect, it } from 'vitest'
import type { Health, Sidecar, SidecarName } from '../../src/config/sidecar.ts'
import { megabytes } from '../../src/platform/memory-size.ts'
import { plan, shell, sidecar, stage, template } from '../support/shell-droplet.ts'

const PLACE = { file: 'sidecars.yml', line: 1, column: 1 }
const TIMES = { interval: 5000, timeout: 1500, failures: 2, grace: 60_005, place: PLACE }
const PORT: Health = { kind: 'port', port: 8082, ...TIMES }
const HTTP: Health = { kind: 'http', url: 'http://localhost:8082/up?key=s3cret', ...TIMES }
const COMMAND: Health = { kind: 'command', command: "it's up", ...TIMES }
const SOCKET: Health = { kind: 'socket', socket: template('$TMPDIR/x'), ...TIMES }

/** The start script of a sidecar with these settings; `isAwaited`: another one starts after it. */
function scriptOf(more: Partial<Sidecar>, isAwaited = false): string {
  const after = { names: ['a' as SidecarName], place: PLACE }
  const others = isAwaited ? [[sidecar('b', { after }), shell('y')] as const] : []
  const { files } = plan(stage([[sidecar('a', more), shell('x')], ...others]))
  return files.find(({ path }) => path === 'deps/0/start/a')?.text ?? ''
}

describe('the supervisor of a sidecar', () => {
  it.each<[string, Health, readonly string[]]>([
    ['port', PORT, ['__sidecar_listens 8082', '__sidecar_listens() {', "checked='port 8082'"]],
    [
      'socket, relative to the app root',
      SOCKET,
      ['__sidecar_socket() {', '__sidecar_socket "${TMPDIR-}"/x', `checked='socket '"\${TMPDIR-}"/x`],
    ],
    [
      'URL, with a time limit above the timeout',
      HTTP,
      [
        "__sidecar_get localhost 8082 '/up?key=s3cret' 2.5 || { __said=${status:+status $status}; __said=${__said:-no answer}; }",
        '__sidecar_get() {',
        '\n  __sidecar_rest\n',
        'checked=http://localhost:8082/up\n',
        "__said='no answer within 1.5 s'",
      ],
    ],
    [
      'command, which does not get the pipe',
      COMMAND,
      [
        `/bin/bash -c 'it'\\''s up' bash {__pause}>&- || __said="exit status $?"`,
        'checked=command\n',
        "__said='no end within 1.5 s'",
      ],
    ],
  ])('checks its %s', (_, health, texts) => {
    const script = scriptOf({ health })
    for (const each of texts) expect(script).toContain(each)
    // One kind of check, and no measuring of its memory.
    expect(script.match(/^__check\(\)|^__measure\(\)/gm)).toEqual(['__check()'])
    expect(script.includes('time=150')).toBe(health.kind === 'http' || health.kind === 'command')
  })

  it.each<[string, Partial<Health>, boolean, string]>([
    ['each second until the first success', {}, false, 'first=100 interval=500 grace=6001 failures=2'],
    ['four times a second if others wait for it', {}, true, 'first=25 interval=500'],
    ['not less often than its interval', { interval: 95 }, false, 'first=10 interval=10'],
    ['not less often than its interval, if others wait', { interval: 95 }, true, 'first=10 interval=10'],
  ])('checks %s', (_, more, isAwaited, expected) => {
    expect(scriptOf({ health: { ...PORT, ...more } as Health }, isAwaited)).toContain(expected)
  })

  it.each([
    [1, 'health check failed once ($checked: $__said)'],
    [3, 'health check failed 3 times in a row ($checked: $__said)'],
  ])('stops it after %d failures, and says so', (failures, message) => {
    expect(scriptOf({ health: { ...PORT, failures } })).toContain(`"${message}"`)
  })

  it('measures the memory of a guarded sidecar, and stops it as configured', () => {
    const guarded = scriptOf({
      ...{ memory: megabytes(64), memoryGuard: PLACE },
      stop: { signal: 'INT', delay: 2005 },
    })
    expect(guarded).toContain('most=65536\n')
    expect(guarded).toContain('wait=201\n')
    expect(guarded.match(/__send [A-Z]+/g)).toEqual(['__send INT', '__send INT'])
    expect(guarded).not.toContain('__check')
    expect(scriptOf({ health: PORT })).toContain('wait=0\n')
  })

  it('watches only where there is something to watch', () => {
    expect(scriptOf({ restart: { policy: 'always' } })).not.toMatch(/__watch|__check|__measure/)
  })
})
