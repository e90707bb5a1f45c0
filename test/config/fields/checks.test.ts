import { describe, expect, it } from 'vitest'
import { problemsIn } from '../problems-of.ts'

const KEYS = {
  wait_for: 'port, http, socket, timeout',
  health: 'port, http, socket, command, interval, timeout, failures, grace',
}

describe.each(['wait_for', 'health'] as const)('%s', (key) => {
  const start = key === 'wait_for' ? 61 : 59
  const problemsWith = (value: string) =>
    problemsIn(`sidecars: [{name: a, command: x, restart: always, ${key}: ${value}}]`)
  const error = (column: number, message: string) => [`error 1:${column}: sidecars[0].${key}${message}`]
  const characters = (number: number) => 'x'.repeat(number)

  it.each(['xhttp://localhost:81', 'https://localhost:81', 'localhost:81'])('refuses the URL %s', (url) => {
    expect(problemsWith(`{http: "${url}"}`)).toEqual(
      error(start + 7, '.http is not an http URL; write for example http://localhost:8082/health'),
    )
  })

  it.each(['http://u@localhost:81/', 'http://:p@localhost:81/', 'http://localhost:81/#x'])(
    'refuses what is not sent in the URL %s',
    (url) => {
      expect(problemsWith(`{http: "${url}"}`)).toEqual(
        error(start + 7, '.http must not contain credentials or a fragment; remove them'),
      )
    },
  )

  it.each([
    ['""', 'is empty; write for example $TMPDIR/my.sock'],
    [characters(108), 'is longer than 107 bytes, the limit for a socket path; write a shorter path'],
  ])('refuses the socket %.5s', (socket, message) => {
    expect(problemsWith(`{socket: ${socket}}`)).toEqual(error(start + 9, `.socket ${message}`))
  })

  it.each([characters(107), `$TMPDIR/${characters(106)}`])('accepts a socket of 107 bytes', (socket) => {
    expect(problemsWith(`{socket: ${socket}}`)).toEqual([])
  })

  it('refuses a check of nothing', () => {
    const message =
      key === 'wait_for'
        ? ' has nothing to wait for; write exactly one of port, http, socket'
        : ' has nothing to check; write exactly one of port, http, socket, command'
    expect(problemsWith('{timeout: 5s}')).toEqual(error(start, message))
  })

  it('reports an unreadable check once', () => {
    expect(problemsWith('{port: 0, timeout: 1s}')).toEqual(
      error(start + 7, '.port (0) must be a whole number from 1 to 65535; use 1'),
    )
  })

  it.each([
    ['8182', '{port: 8182}'],
    ['http://localhost:81/', '{http: "http://localhost:81/"}'],
    ['$TMPDIR/x.sock', '{socket: $TMPDIR/x.sock}'],
  ])('suggests a map in place of %s', (text, map) => {
    const [said] = problemsWith(text)
    expect(said?.replaceAll('"', '')).toContain(`must be a map, got a string; use ${map.replaceAll('"', '')}`)
  })

  it.each(['8182x', 'x8182', '123456', 'tmp', 'xhttp://h/', 'https://h/', 'http://u@h/', '/tmp/a@b'])(
    'suggests none that would be refused, and shows no password: %s',
    (text) => {
      expect(problemsWith(text)).toEqual(
        error(start, ` must be a map with the keys ${KEYS[key]}, got a string; write for example port: …`),
      )
    },
  )
})
