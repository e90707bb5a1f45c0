import { expect, it } from 'vitest'
import { proxyFor } from '../../../src/sources/fetch/proxies.ts'

const through = (url: string, env: Readonly<Record<string, string>>) => proxyFor(new URL(url), env)?.url.href

it.each([
  [{ HTTP_PROXY: 'http://p:1' }, 'http://p:1/', undefined],
  [{ http_proxy: 'p:1' }, 'http://p:1/', undefined],
  [{ HTTPS_PROXY: 'http://p:1' }, undefined, 'http://p:1/'],
  [{ https_proxy: 'https://p:1' }, undefined, 'https://p:1/'],
  [{ ALL_PROXY: 'p:1' }, 'http://p:1/', 'http://p:1/'],
  [{ all_proxy: 'p:1', https_proxy: 'q:2' }, 'http://p:1/', 'http://q:2/'],
  [{ http_proxy: '', HTTP_PROXY: '' }, undefined, undefined],
])('%j', (env, http, https) => {
  expect(through('http://h/', env)).toBe(http)
  expect(through('https://h/', env)).toBe(https)
})

it.each([
  ['*', 'http://a.example/', true],
  ['example', 'http://a.example/', true],
  ['.example', 'http://a.example/', true],
  ['*.example', 'http://a.example/', true],
  ['b.example, A.EXAMPLE', 'http://a.example/', true],
  ['a.example:8080', 'http://a.example:8080/', true],
  ['a.example:8080', 'http://a.example/', false],
  ['a.example:443', 'https://a.example/', true],
  ['ample', 'http://a.example/', false],
  ['10.0.0.0/8', 'http://10.1.2.3/', true],
  ['10.0.0.0/8', 'http://11.1.2.3/', false],
  ['10.0.0.0/99', 'http://10.1.2.3/', false],
  ['0.0.1', 'http://127.0.0.1/', false],
  ['[::1]:80', 'http://[::1]/', true],
  ['::1', 'http://[::1]/', true],
  ['', 'http://a.example/', false],
])('NO_PROXY %j exempts %s: %s', (noProxy, url, isExempt) => {
  expect(through(url, { ALL_PROXY: 'p:1', no_proxy: noProxy }) === undefined).toBe(isExempt)
  expect(through(url, { ALL_PROXY: 'p:1', NO_PROXY: noProxy }) === undefined).toBe(isExempt)
})

it('names the variable', () => {
  expect(proxyFor(new URL('http://h/'), { ALL_PROXY: 'p:1' })?.variable).toBe('ALL_PROXY')
})

it('refuses SOCKS proxies, which the HTTP client supports only as an experiment', () => {
  expect(() => through('https://h/', { HTTPS_PROXY: 'socks5://p:1' })).toThrow(
    'HTTPS_PROXY is not the URL of an HTTP proxy; write it as http://host:port',
  )
})

it('refuses an invalid proxy without showing it, because it may contain a password', () => {
  expect(() => through('http://h/', { HTTP_PROXY: 'ftp://me:secret@p' })).toThrow(
    /^HTTP_PROXY is not the URL of an HTTP proxy/,
  )
})
