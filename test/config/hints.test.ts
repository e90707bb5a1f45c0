/** Hints are followed word for word: what stands behind `use` or `write` is put in the place of the wrong value. */
import { describe, expect, it } from 'vitest'
import { readSidecarsYml } from '../../src/config/read.ts'
import { jsonSchema } from '../../src/config/sidecars-yml.ts'
import { Problems } from '../../src/problems/problems.ts'

function errorsOf(text: string) {
  const problems = new Problems()
  readSidecarsYml({ file: 'sidecars.yml', text }, problems)
  return problems.sorted().filter(({ severity }) => severity === 'error')
}

function file(key: string, value: string): string {
  if (key === 'options') return `java: {options: ${value}}`
  const source = key === 'source' ? '' : '  source: {path: bin/a}\n'
  return `sidecars:\n- name: a\n${source}  ${key}: ${value}\n`
}

const WRONG: readonly (readonly [key: string, value: string, hint: string])[] = [
  ['args', '--port 8182', '["--port", "8182"]'],
  ['args', "--socket='/tmp/a.sock' -v", '["--socket=/tmp/a.sock", "-v"]'],
  ['hide_env', 'VCAP_SERVICES DATABASE_URL', '[VCAP_SERVICES, DATABASE_URL]'],
  ['options', '-Xss512k -Da=true', '["-Xss512k", "-Da=true"]'],
  ['process_types', 'web', '[web]'],
  ['process_types', 'web, worker', '[web, worker]'],
  ['restart', 'true', 'always'],
  ['restart', 'yes', 'always'],
  ['restart', 'unless-stopped', 'always'],
  ['restart', 'false', 'never'],
  ['restart', 'onfailure', 'on-failure'],
  ['restart', '{policy: alway}', 'always'],
  ['restart', '{policy: always, attempts: 0}', '1'],
  ['stop', '5s', '{delay: 5s}'],
  ['stop', '5', '{delay: 5s}'],
  ['stop', 'SIGINT', '{signal: INT}'],
  ['stop', '{signal: TREM}', 'TERM'],
  ['stop', '{delay: 30s}', '9500ms'],
  ['wait_for', '8182', '{port: 8182}'],
  ['wait_for', 'http://localhost:8182/health', '{http: "http://localhost:8182/health"}'],
  ['wait_for', '$TMPDIR/my.sock', '{socket: "$TMPDIR/my.sock"}'],
  ['after', 'b c', '[b, c]'],
  ['health', '8182', '{port: 8182}'],
  ['health', 'http://localhost:8082/health', '{http: "http://localhost:8082/health"}'],
  ['health', '{port: 1, interval: 10}', '10s'],
  ['health', '{port: 1, interval: 100ms}', '1s'],
  ['health', '{port: 1, failures: 0}', '1'],
  ['wait_for', '{port: 99999}', '65535'],
  ['wait_for', '{port: 1, timeout: 1m30s}', '90s'],
  ['wait_for', '{port: 1, timeout: 5 seconds}', '5s'],
  ['wait_for', '{port: 1, timeout: 30}', '30s'],
  ['source', 'bin/geo', '{path: bin/geo}'],
  ['when', 'my-apm', '{service: my-apm}'],
  ['memory', '64', '64M'],
  ['memory', '64Mo', '64M'],
  ['memory', '2 gigs', '2G'],
  ['memory', '-1M', '64M'],
  ['memory', '0M', '1M'],
  ['memory', '100K', '1M'],
  ['memory', '99999999G', '2147483647M'],
  ['enabled', 'yes', 'true'],
  ['enabled', '"off"', 'false'],
  ['proxy', '{app_port: 0}', '1'],
  ['proxy', '{wait: 1}', 'true'],
]

describe('a hint', () => {
  it.each(WRONG)('for %s: %s can be pasted: %s', (key, value, hint) => {
    const wrong = file(key, value)
    const [error, ...others] = errorsOf(wrong)
    expect(others).toEqual([])
    expect(error?.instead).toBe(`use ${hint}`)
    const { line, column } = error?.place ?? { line: 0, column: 0 }
    const lines = wrong.split('\n')
    const before = lines[line - 1] ?? ''
    const rest = before.slice(column - 1)
    const isInner = /[{,] *[a-z_]+: *$/.test(before.slice(0, column - 1)) && key !== 'options'
    const end =
      isInner || key === 'options' ? (/[,}](?=[^,}]*$)/.exec(rest)?.index ?? rest.length) : rest.length
    lines[line - 1] = before.slice(0, column - 1) + hint + rest.slice(end)
    expect(errorsOf(lines.join('\n'))).toEqual([])
  })

  it('quotes no command line that may hold a secret', () => {
    const [error] = errorsOf(file('args', '--password hunter2'))
    expect(error?.instead).not.toContain('hunter2')
  })
})

it.each([
  '-p hunter',
  '-phunter',
  '--user admin:hunter',
  '--user=admin hunter',
  'hunter/hunter',
  '7777777777',
])('args: %s, which may hold a password, is not quoted', (args) => {
  const [error] = errorsOf(file('args', args))
  expect(error?.instead).toBe('write for example [a, b]')
  expect(JSON.stringify(error)).not.toContain('hunter')
})

/** Each key of the schema with the keys above it; `[]` is an entry of a list. */
function keyPaths(schema: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof schema !== 'object' || schema === null) return []
  const {
    properties = {},
    items,
    anyOf = [],
    oneOf = [],
  } = schema as {
    properties?: Record<string, unknown>
    items?: unknown
    anyOf?: readonly unknown[]
    oneOf?: readonly unknown[]
  }
  return [
    ...Object.entries(properties).flatMap(([key, below]) => [
      [...path, key],
      ...keyPaths(below, [...path, key]),
    ]),
    ...keyPaths(items, [...path, '[]']),
    ...[...anyOf, ...oneOf].flatMap((each) => keyPaths(each, path)),
  ]
}

/** A file in which the value of one key is the last thing. */
function withValue(path: readonly string[], value: string): string {
  let text = ''
  let indent = ''
  for (const [index, key] of path.entries()) {
    const isItem = path[index - 1] === '[]'
    if (key === '[]') {
      text += `${indent}- `
      indent += '  '
      if (path[index - 1] === 'sidecars') text += `name: a\n${indent}`
      continue
    }
    const isLast = index === path.length - 1
    text += `${isItem || index === 0 ? '' : indent}${key}:${isLast ? ` ${value}\n` : '\n'}`
    if (!isLast && path[index + 1] !== '[]') indent += '  '
  }
  return text
}

const VALUES =
  'true,false,yes,on,"off",0,1,-1,5,30,64,1.5,8182,99999,5s,1m30s,5 seconds,30 s,64M,64Mo,2 gigs,100K,0M,' +
  '99999999G,web,bin/geo,http://localhost:1/x,$TMPDIR/x.sock,always,alway,unless-stopped,SIGINT,TREM,A B,' +
  '--port 8182,-Xss512k,~,"",[a],[],{a: b},{}'

it('every hint of every key can be followed: its error is gone then', () => {
  const paths = keyPaths(jsonSchema())
  const unfollowable: unknown[] = []
  let followed = 0
  for (const path of paths) {
    for (const value of VALUES.split(',')) {
      const text = withValue(path, value)
      const column = text.length - value.length
      const line = text.split('\n').length - 1
      const atValue = (each: { place?: { line: number; column: number } }) =>
        each.place?.line === line &&
        each.place.column === column - text.lastIndexOf('\n', text.length - 2) - 1
      const hint = errorsOf(text)
        .find(atValue)
        ?.instead?.match(/^use (.*)$/s)?.[1]
      if (hint === undefined) continue
      followed++
      const left = errorsOf(withValue(path, hint)).filter(atValue)
      if (left.length > 0) unfollowable.push({ path: path.join('.'), value, hint, said: left[0]?.what })
    }
  }
  expect(unfollowable).toEqual([])
  expect(followed).toBeGreaterThan(paths.length)
})
