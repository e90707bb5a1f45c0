import { expect, it } from 'vitest'
import { Notices } from '../../src/diego/member.ts'
import type { Role } from '../../src/diego/roles.ts'

const WEB = { name: 'web', kind: 'app' } as Role

it.each([
  [
    'bash: line 1: ./run: cannot execute: required file not found',
    './run: cannot execute: required file not found',
  ],
  [
    '/bin/bash: ./run: /bin/bsh: bad interpreter: No such file or directory',
    './run: /bin/bsh: bad interpreter: No such file or directory',
  ],
  ["env: 'bash\\r': No such file or directory", "env: 'bash\\r': No such file or directory"],
  ['run: no bad interpreter', undefined],
])('of the line %j, keeps why a script could not run', (line, cause) => {
  const notices = new Notices()
  notices.read(WEB, 'ERR', [line])
  expect(notices.unrunnable.get('web')).toBe(cause)
})

it('takes no quadratic time for a long line', () => {
  const began = performance.now()
  new Notices().read(WEB, 'ERR', ['a: '.repeat(20_000)])
  expect(performance.now() - began).toBeLessThan(500)
})
