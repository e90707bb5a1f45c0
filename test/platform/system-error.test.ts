import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { describeSystemError } from '../../src/platform/go/system-error.ts'

test('a value with a NUL byte, which may be secret, is not quoted', () => {
  let said = ''
  try {
    spawn('true', { env: { PASSWORD: 's3cr\0et' } })
  } catch (thrown) {
    said = describeSystemError(thrown as NodeJS.ErrnoException)
  }
  expect(said).toBe('invalid argument')
})
