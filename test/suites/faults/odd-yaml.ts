/** What mutations start from, and what they put in. */
import type { Plain } from './yaml-document.ts'

/** Texts that YAML, the reader or what stands behind it could take for something else, as they stand in a file. */
export const ODD_TEXTS = [
  ...String.raw`~ null true yes off 0 -1 0x1F 0o17 017 1_000 1e400 .nan -.inf 12:30:45 2026-11-23 1.10 64M 64MB 1.5G
    0.3M 99999999999T 8080 65536 61001 30s 5m 1h30m -5s TERM SIGKILL "a\0b" "\ud800" "\u202e" "\U0001F600" "\x85"
    日本語 ﬁ é 'it''s' "un\qknown" | >- !!set !own "!" *nowhere *again &again << { [ } @ % $HOME $$ $1 ../..
    /etc/passwd . web task PATH UID "bin/a" "tools" "bin/nothing" "config-server"`.split(/\s+/),
  ...[
    '',
    'e\u0301',
    '!!binary aGk=',
    '!!int 5',
    '!own x',
    '&again x',
    '? x',
    '- x',
    '"a b"',
    '`',
    '$' + '{',
    '$' + '{A',
  ],
  `"${'x'.repeat(5000)}"`,
  `"${'ä'.repeat(300)}"`,
]

export const ODD_KEYS = [
  ...`name comand command memory process_types processes sidecars source path uri sha256 executable args env app_env
    hide_env working_dir proxy wait_for restart stop when enabled locked java agents applications << "" 1 null __proto__
    constructor toString ключ [a]`.split(/\s+/),
  ...['', '{a: b}', '? x'],
]

/** Put into the middle of a file. */
export const INSERTED = [
  ...[
    '\t',
    '\0',
    '\r',
    '\r\n',
    '\u2028',
    '\ufeff',
    '\x85',
    '\x1b[31m',
    '\n---\n',
    '\n...\n',
    '%YAML 1.2\n---\n',
  ],
  ...[': ', ' #', '"', "'", '\n', '\n  ', '&a ', '*a', '!!', '{', ']', '- ', '👩‍👩‍👧', '\u202e'],
]

/** Valid ones. `@shelf@` and `@sum@` stand for a file and its sum. */
export const BASES: readonly Plain[] = [
  {
    sidecars: [
      {
        name: 'config-server',
        memory: '64M',
        source: { path: 'bin/a' },
        args: ['--port', '$PORT', ''],
        env: { LOG_LEVEL: 'debug' },
        restart: { policy: 'on-failure', attempts: 5 },
        wait_for: { port: 8082, timeout: '30s' },
      },
      {
        name: 'performance monitor',
        process_types: ['web', 'worker'],
        command: 'exec true',
        hide_env: ['VCAP_SERVICES'],
        app_env: { URL: 'http://localhost:8082' },
        stop: { signal: 'TERM', delay: '1s' },
      },
      {
        name: 'tools',
        source: { path: 'tools', executable: 'bin/tools' },
        setup: 'true',
        working_dir: 'tools',
        proxy: true,
      },
    ],
    processes: { web: 'exec true', worker: 'exec true' },
  },
  {
    sidecars: [
      {
        name: 'fetched',
        source: { uri: 'file://@shelf@', sha256: '@sum@' },
        env: { KEY: { service: 'apm', credential: 'a.b' } },
        when: { env: 'HOME' },
      },
      { name: 'off', command: 'exec true', enabled: false, memory: '1G' },
    ],
  },
  {
    sidecars: [
      {
        name: 'ready',
        source: { path: 'bin/b' },
        wait_for: { http: 'http://localhost:9000/up' },
        proxy: { app_port: 9000, wait: false },
      },
    ],
    java: { options: ['-Dfeature=on'] },
  },
  { sidecars: [{ name: 'a', command: 'exec true' }] },
]
