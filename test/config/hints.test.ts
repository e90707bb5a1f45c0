/** Hints are followed word for word: what stands behind `use` or `write` is put in the place of the wrong value. */
import { describe, expect, it } from 'vitest'
import { Problems } from '../../src/config/problems.ts'
import { readSidecarsYml } from '../../src/config/read.ts'

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
  expect(error?.instead).toBe('write a list such as [a, b]')
  expect(JSON.stringify(error)).not.toContain('hunter')
})
