import { describe, expect, it } from 'vitest'
import { readKeys } from './read.ts'

describe('routes', () => {
  it.each([
    'example.com',
    ' http://example.com ',
    '*.example.com',
    'a.b.example.com/path',
    '10.0.0.1',
    '192.168.100.200:8080/path',
    '10.example.com:80',
    'tcp://10.0.0.1:80',
    'example.com:8080',
    'example.com:12345',
    'tcp://example.com:1024',
    'http://example.com',
    'http://user:word@example.com',
    'HTTP:///example.com',
    'example.com:123456',
    'http://example.com:0',
    'http://a b.example.com',
    'http://example.com\\path',
    'http://[::1]',
    'https:/example.com',
    'https://example.com/path?a=b#cd',
  ])('may be %j', (text) => {
    expect(readKeys(`routes: [{route: '${text}'}]`).said).toEqual([])
  })

  it.each([
    'example',
    '/a.b',
    'user@example.com',
    'ftp://example.com',
    '1x://example.com',
    'http://',
    'http://:80',
    'tcp://:80',
    'http://example.com:80',
    'https://example.com:443',
    'tcp://example.com',
    'example.com:x',
    'a b.example.com',
    '<name>.example.com',
    '{name}.example.com',
    'http://{name}.example.com',
    'example.com\\path',
    'http://[::1{]',
    '//:a.example.com',
    '10.example.com:80/path',
    'my_app.example.com:80',
    'http://user@',
    'http://a.b:80x',
  ])('are refused as %j', (text) => {
    expect(readKeys(`routes: [{route: '${text}'}]`).said).toEqual([
      `error: manifest.yml:3:20: routes: "${text}" is not a valid route; use for example my-app.example.com`,
    ])
  })

  it.each([
    [
      'routes: x',
      '11: routes: expected a list, got a string; remove the key, or write - route: my-app.example.com below it',
    ],
    ['routes: [x.y]', '12: routes: expected maps with route; use - route: my-app.example.com'],
    ['routes: [{protocol: tcp}]', '12: routes: expected maps with route; use - route: my-app.example.com'],
    ["routes: [{route: ' '}]", '12: routes: expected maps with route; use - route: my-app.example.com'],
    ['routes: [{route: 1.5}]', '20: routes: "1.5" is not a valid route; use for example my-app.example.com'],
    ['routes: [{route: a.b, protocol: udp}]', '35: routes: expected protocol http1, http2, tcp'],
    ['routes: [{route: a.b, options: x}]', '34: routes: options: expected a map'],
    ['routes: [{route: a.b, options: ~}]', '34: routes: options: expected a map'],
    ['routes: [{route: a.b, options: {hash: x}}]', '35: routes: unknown option hash; use loadbalancing'],
    [
      'routes: [{route: a.b, options: {loadbalancing: x}}]',
      '50: routes: loadbalancing: use round-robin or least-connection',
    ],
    [
      'routes: [{route: a.b, options: {loadbalancing: [round-robin]}}]',
      '50: routes: loadbalancing: use round-robin or least-connection',
    ],
    ['no-route: 1', '13: no-route: expected true or false, got a number'],
    ['no_route: x', '13: no_route: expected true or false, got a string'],
    ['random_route: x', '17: random_route: expected true or false, got a string'],
    ['default_route: x', '18: default_route: expected true or false, got a string'],
    [
      'random-route: true\n  default-route: true',
      '17: random-route: cannot be used together with default-route; remove one of them',
    ],
    [
      'random_route: true',
      '17: random_route: cf push adds default-route: true to this spelling of the key; use random-route',
    ],
  ])('are refused with %s', (keys, message) => {
    expect(readKeys(keys).said).toContain(`error: manifest.yml:3:${message}`)
  })

  it('are warned about where a route before them has options, as Cloud Controller does not refuse them then', () => {
    const { said } = readKeys(
      'routes: [{route: a.b, options: {}}, {route: a.c, options: {x: y, loadbalancing: z}}, {route: a.d, options: ~}, {route: a.e, options: 1}]',
    )
    expect(said).toEqual([
      'warning: manifest.yml:3:62: routes: option x has no effect; use loadbalancing',
      'error: manifest.yml:3:83: routes: loadbalancing: use round-robin or least-connection',
      'error: manifest.yml:3:136: routes: options: expected a map',
    ])
  })

  it.each([
    'routes: []',
    'routes: [{route: a.b, protocol: ~}]',
    'routes: [{route: a.b, protocol: http1}]',
    'routes: [{route: a.b, protocol: http2}]',
    'routes: [{route: "a.b:1024", protocol: tcp}]',
    'routes: [{route: a.b, options: {}}]',
    'routes: [{route: a.b, options: {loadbalancing: round-robin}}]',
    'routes: [{route: a.b, options: {loadbalancing: least-connection}}]',
    'no-route: true',
    'no-route: false',
    'no_route: ~',
    'random-route: true',
    'random_route: false',
    'default-route: true',
  ])('may be given with %s', (keys) => {
    expect(readKeys(keys).said).toEqual([])
  })
})
