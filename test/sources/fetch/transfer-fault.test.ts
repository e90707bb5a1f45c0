import { expect, it } from 'vitest'
import { faultOf } from '../../../src/sources/fetch/transfer-fault.ts'

const thrown = (code: string) => Object.assign(new TypeError('request failed'), { cause: failure(code) })

function failure(code: string): Error {
  return Object.assign(new Error(`connect ${code} 10.0.0.1:80 - Local (0.0.0.0:0)`), { code })
}

it.each(['ENETUNREACH', 'EHOSTUNREACH'])('an unreachable network has a readable message (%s)', (code) => {
  const { message, isRetryable } = faultOf(thrown(code), 30)
  expect(message).toBe('its address cannot be reached')
  expect(isRetryable).toBe(true)
})

it.each(['ENOSPC', 'EROFS'])('a disk error does not name the proxy (%s)', (code) => {
  const { message, isRetryable } = faultOf(failure(code), 30, 'proxy.example:3128')
  expect(message).not.toContain('proxy')
  expect(isRetryable).toBe(false)
})

it('the certificate of another host is not a matter of trust', () => {
  const { message, instead, isRetryable } = faultOf(thrown('ERR_TLS_CERT_ALTNAME_INVALID'), 30)
  expect(message).toBe("the server's certificate is for another host name")
  expect(instead).toBe('check the URI')
  expect(isRetryable).toBe(false)
})
