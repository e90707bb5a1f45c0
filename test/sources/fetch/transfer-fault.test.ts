import { join } from 'node:path'
import { expect, it } from 'vitest'
import { faultOf } from '../../../src/sources/fetch/transfer-fault.ts'
import { temporaryFolder } from '../../support/files.ts'

const PROXY = { variable: 'HTTPS_PROXY', url: new URL('http://proxy.example:3128') }

const thrown = (code: string) => Object.assign(new TypeError('request failed'), { cause: failure(code) })

function failure(code: string): Error {
  return Object.assign(new Error(`connect ${code} 10.0.0.1:80 - Local (0.0.0.0:0)`), { code })
}

it.each(['ENETUNREACH', 'EHOSTUNREACH'])('an unreachable network has a readable message (%s)', (code) => {
  const { message, isRetryable } = faultOf(thrown(code), 30, {})
  expect(message).toBe('its address cannot be reached')
  expect(isRetryable).toBe(true)
})

it.each(['ENOSPC', 'EROFS'])('a disk error does not name the proxy (%s)', (code) => {
  const { message, isRetryable } = faultOf(failure(code), 30, {}, PROXY)
  expect(message).not.toContain('proxy')
  expect(isRetryable).toBe(false)
})

it('the certificate of another host is not a matter of trust', () => {
  const { message, instead, isRetryable } = faultOf(thrown('ERR_TLS_CERT_ALTNAME_INVALID'), 30, {})
  expect(message).toBe("the server's certificate is for another host name")
  expect(instead).toBe('check the URI')
  expect(isRetryable).toBe(false)
})

it('a proxy that cannot be reached is a matter of its variable; one behind which the server is silent, is not', () => {
  expect(faultOf(thrown('ECONNREFUSED'), 30, {}, PROXY)).toMatchObject({
    message: 'through the proxy proxy.example:3128, the connection was refused',
    instead: 'check HTTPS_PROXY',
  })
  expect(faultOf(thrown('UND_ERR_BODY_TIMEOUT'), 30, {}, PROXY).instead).toBe('check the URI and the network')
})

it('only a staging is told how to stage without a network, and of the staging container', () => {
  const staging = { CF_STACK: 'cflinuxfs4' }
  const said = (code: string, env: Readonly<Record<string, string>>) => {
    const { message, instead } = faultOf(thrown(code), 30, env)
    return `${message}; ${instead}`
  }
  expect(said('ECONNREFUSED', staging)).toMatch(/; to stage without a network, use sidecar-buildpack vendor/)
  expect(said('ECONNREFUSED', {})).not.toContain('vendor')
  expect(said('SELF_SIGNED_CERT_IN_CHAIN', staging)).toContain(
    'to the system store of the staging container,',
  )
  expect(said('SELF_SIGNED_CERT_IN_CHAIN', {})).toContain('to the system store, or set SSL_CERT_FILE to it')
})

it('a certificate that is not trusted, with an SSL_CERT_FILE that adds none, is a matter of that file', () => {
  const folder = temporaryFolder({
    empty: '',
    broken: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  })
  const said = (file: string) =>
    faultOf(thrown('SELF_SIGNED_CERT_IN_CHAIN'), 30, { SSL_CERT_FILE: join(folder, file) }).message
  const start = "the server's certificate is not trusted (SELF_SIGNED_CERT_IN_CHAIN): SSL_CERT_FILE:"
  expect(said('none')).toBe(`${start} ${folder}/none does not exist`)
  for (const file of ['empty', 'broken'])
    expect(said(file)).toBe(`${start} ${folder}/${file} has no certificate`)
})
