import { describe, expect, it } from 'vitest'
import { problemsIn } from '../problems-of.ts'

const problemsWith = (keys: string) => problemsIn(`sidecars: [{name: a, ${keys}}]`)

describe('args as one string', () => {
  const said = (args: string) => problemsWith(`source: {path: x}, args: '${args.replaceAll("'", "''")}'`)
  const mustBe = 'error 1:47: sidecars[0].args must be a list, got a string;'

  it.each([
    ['-v', '["-v"]'],
    ['  --long-name   -p\t80 ', '["--long-name", "-p", "80"]'],
    ['--port=65535', '["--port=65535"]'],
    ['-a $PORT ${PORT} $_a1', '["-a", "$PORT", "${PORT}", "$_a1"]'],
    [
      '. .. ./x ../x/y.z-1 /tmp /app/ /etc/x_y/',
      '[".", "..", "./x", "../x/y.z-1", "/tmp", "/app/", "/etc/x_y/"]',
    ],
    ['/dev/null /home/x /opt/x /usr/x /var/x', '["/dev/null", "/home/x", "/opt/x", "/usr/x", "/var/x"]'],
    ['localhost localhost:8080 true false', '["localhost", "localhost:8080", "true", "false"]'],
    [
      '-Xss512k -Xmx1g -Xms64m -Xmn5 -Dfeature -Da.b=true',
      '["-Xss512k", "-Xmx1g", "-Xms64m", "-Xmn5", "-Dfeature", "-Da.b=true"]',
    ],
    [`--a="/tmp/x" '-b' "-"'d' "-e"`, '["--a=/tmp/x", "-b", "-d", "-e"]'],
  ])('%s is rewritten as a list', (args, list) => {
    expect(said(args)).toEqual([`${mustBe} use ${list}`])
  })

  it.each([
    'word',
    '-pword',
    '-1',
    '-',
    '--',
    '--x1',
    'x-v',
    '--Xy',
    '123456',
    'x80',
    '80x',
    '$port',
    '$1',
    'x$PORT',
    '$PORT-x',
    '...',
    '/srv/x',
    '/x',
    '//tmp',
    'x/tmp',
    '/tmp/ü',
    'localhost:x',
    'xlocalhost',
    'localhosts',
    'untrue',
    'falsehood',
    '--a=',
    '--a=word',
    '--a=b=80',
    'a=80',
    '-Xabcde5',
    '-Xss5x',
    '-X5',
    '-DA',
    '--pass 1',
    '--SECRET 1',
    '--secret 1',
    '--token 1',
    '--api-key 1',
    '--credential 1',
    '--basic-auth 1',
    '$PASSWORD',
    `--a="/tmp/x" "-c"'d'`,
    `'`,
    `'" '`,
  ])('%s is not quoted, because it may be or hold a secret', (args) => {
    expect(said(args)).toEqual([`${mustBe} write for example [a, b]`])
  })
})

describe('names as one string', () => {
  it.each([
    ['A', '[A]'],
    ['A _b1,C ,  D', '[A, _b1, C, D]'],
  ])('hide_env: %s', (names, list) => {
    expect(problemsWith(`command: x, hide_env: "${names}"`)).toEqual([
      `error 1:44: sidecars[0].hide_env must be a list, got a string; use ${list}`,
    ])
  })

  it.each(['A-B', '1A', 'A 1B', 'A=B C', 'A,'])('hide_env: "%s" is not a list of names', (names) => {
    expect(problemsWith(`command: x, hide_env: "${names}"`)).toEqual([
      'error 1:44: sidecars[0].hide_env must be a list, got a string; write for example [a, b]',
    ])
  })
})

describe('a source as one string', () => {
  it.each([
    ['bin/a_b-1.sh', '{path: bin/a_b-1.sh}'],
    ['" bin/x "', '{path: bin/x}'],
    ['a b', '{path: "a b"}'],
    ['ü/a', '{path: "ü/a"}'],
    ['a/ü', '{path: "a/ü"}'],
  ])('%s', (source, map) => {
    expect(problemsWith(`source: ${source}`)).toEqual([
      `error 1:30: sidecars[0].source must be a map, got a string; use ${map}`,
    ])
  })

  it.each([
    ['~', 'nothing'],
    ['null', 'nothing'],
    ['""', 'a string'],
    ['" "', 'a string'],
  ])('is not suggested where there is none: %s', (source, got) => {
    expect(problemsWith(`source: ${source}`)).toEqual([
      `error 1:30: sidecars[0].source must be a map with the keys path, dependency, version, uri, sha256, deps, executable, got ${got}; write for example path: …`,
    ])
  })
})
