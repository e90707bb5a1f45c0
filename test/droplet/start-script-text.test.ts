import { describe, expect, test } from 'vitest'
import type { EnvName, Sidecar } from '../../src/config/sidecar.ts'
import type { StagedSidecar, Start } from '../../src/droplet/staged-sidecar.ts'
import { megabytes } from '../../src/platform/memory-size.ts'
import {
  credential,
  env,
  plan,
  shell,
  sidecar,
  stage,
  template,
  text,
  types,
} from '../support/shell-droplet.ts'

const PLACE = { file: 'sidecars.yml', line: 1, column: 1 }
const EXECUTABLE: Start = { kind: 'executable', file: 'bin/show' }

/** The start script of a sidecar that has also memory, so that it has one. */
function scriptOf(more: Partial<Sidecar>, start = shell('./run'), placed: Partial<StagedSidecar> = {}) {
  const each = sidecar('s', { memory: megabytes(1), ...more })
  const all = stage([[each, start]]).map((one) => ({ ...one, ...placed }))
  return plan(all).files.find(({ path }) => path === 'deps/0/start/s')?.text ?? ''
}
const JAR: Start = { kind: 'jar', file: 'a b.jar', jvmOptions: ['-XX:+UseSerialGC', '-Xmx9m', '-Da=b c'] }
const DEPS = { source: { kind: 'deps', deps: 'bin/x', place: PLACE } } as const

describe('the text of a start script', () => {
  test.each<[string, Partial<Sidecar>, readonly string[], RegExp]>([
    [
      'only exec',
      {},
      ['set -- /bin/bash -c ./run bash\nexec "$@"\n'],
      /SIDECAR_HOME|PATH|unset|cd |trap|read |__pause|PORT|__type|credentials/,
    ],
    [
      'the variables that it hides, but those of env',
      { hideEnv: ['A', 'B'] as EnvName[], env: env({ A: text('x') }) },
      ['unset -v B\n', 'export A=x\n'],
      /VCAP_SERVICES|credentials/,
    ],
    [
      'all variables with services that it hides',
      { hideEnv: ['VCAP_SERVICES', 'DATABASE_URL'] as EnvName[] },
      ['unset -v VCAP_SERVICES DATABASE_URL VCAP_SERVICES_FILE_PATH SERVICE_BINDING_ROOT\n'],
      /export/,
    ],
    ['its directory', { workingDir: 'my conf' }, ['cd -- "$__app"/\'my conf\' || exit 1\n'], /trap/],
    ['credentials', { env: env({ A: credential('db') }) }, ['__sidecar_credentials() {'], /trap/],
    [
      'restarts after a failure',
      { restart: { policy: 'on-failure', attempts: 5 } },
      ['__delay=1000 __cap=30000 __good=6000 __most=5\n', '((__status)) || exit 0', '((__runs < __most))'],
      /\nexec "\$@"|tenths|__watch|__mark|__followed/,
    ],
    [
      'restarts without end',
      { restart: { policy: 'always' } },
      ['__most=\n', '__send TERM', 'exec {__pause}<> <(:)\nwait'],
      /\(\(__status\)\) \|\| exit 0|__runs < __most|\n exit "\$__status"\ndone/,
    ],
    [
      'its stop',
      { stop: { signal: 'QUIT', delay: 1501 } },
      ['tenths=16\n', '__send QUIT', '\n exit "$__status"\ndone\n'],
      /__runs|__delay|__watch/,
    ],
    ['another signal alone', { stop: { signal: 'INT', delay: 0 } }, ['__send INT'], /tenths/],
    ['no supervisor for the usual stop', { stop: { signal: 'TERM', delay: 0 } }, ['\nexec "$@"'], /trap/],
    [
      'the wait of a proxy',
      { proxy: { wait: true } },
      [
        'until __sidecar_listens "$APP_PORT"',
        "__pause=''\n",
        '[ "$__pause" ] || {',
        '[ ! "$__pause" ] || exec {__pause}>&-',
      ],
      /trap|__type/,
    ],
    [
      'no wait of a proxy',
      { proxy: { wait: false } },
      ['APP_PORT=$((__port % 55000 + 10000))\n'],
      /listens|__pause/,
    ],
  ])('has %s', (_, more, texts, others) => {
    const script = scriptOf(more)
    for (const each of texts) expect(script).toContain(each)
    expect(script.replace(/^#.*$/gm, '')).not.toMatch(others)
  })

  test('has the ports of a proxy by process type, if it is not in the same place in each', () => {
    const proxy = (name: string, processTypes: readonly string[], appPort?: number) =>
      [
        sidecar(name, {
          processTypes: types(...processTypes),
          proxy: { wait: false, ...(appPort !== undefined && { appPort }) },
        }),
        shell('x'),
      ] as const
    const linesOf = (...all: ReturnType<typeof proxy>[]) =>
      plan(stage([...all, proxy('s', ['web', 'worker'], 9000)]))
        .files.find(({ path }) => path === 'deps/0/start/s')
        ?.text.match(/.*PORT=.*|^case.*|.*\*\)$|^__type=.*/gm)
    expect(linesOf()).toEqual(['APP_PORT=9000'])
    expect(linesOf(proxy('a', ['web']))).toEqual([
      ...['__type=${VCAP_APPLICATION-}', `__type=\${__type#*'"process_type":'}`, '__type=${__type# }'],
      ...['case $__type in', `  '"web"'*)`, '    PORT=$((__port % 55000 + 10000)) APP_PORT=9000'],
      ...[`  '"worker"'*)`, '    APP_PORT=9000'],
    ])
  })

  test.each<[string, Partial<Sidecar>, Start, readonly string[], RegExp]>([
    [
      'an executable with its arguments',
      { args: [template('--port=$PORT'), ['a b']] },
      { kind: 'executable', file: 'my bin/x' },
      [`set -- "$__deps"/0/sidecars/s/'my bin/x' '--port='"\${PORT-}" 'a b'\n`, 'PATH="$SIDECAR_HOME'],
      /__java|LD_LIBRARY_PATH/,
    ],
    [
      'a jar with the options of its JVM',
      { args: [['x']] },
      JAR,
      [
        `set -- "$__java" \${__collector:+"$__collector"} -Xmx9m '-Da=b c' -jar "$__deps"/0/sidecars/s/'a b.jar' x\n`,
        '__collector=-XX:+UseSerialGC\n',
      ],
      /__options|JAVA_OPTS"/,
    ],
    [
      'a jar with JAVA_OPTS of its env',
      { env: env({ JAVA_OPTS: text('-Da=b') }) },
      { ...JAR, jvmOptions: ['-Xmx9m'] },
      ['set -- "$__java" -Xmx9m "${__options[@]}" -jar'],
      /__collector/,
    ],
  ])('starts %s', (_, more, start, texts, others) => {
    const script = scriptOf(more, start)
    for (const each of texts) expect(script).toContain(each)
    expect(script).not.toMatch(others)
  })

  test('looks for a file of another buildpack, which must be no directory unless it says what to start', () => {
    const found = { hasHome: false, deps: "it's/x" }
    const executable = scriptOf(DEPS, { kind: 'executable', file: 'x' }, found)
    expect(executable).toContain("__each+=/'it'\\''s/x' __looked")
    expect(executable).toContain('!= 0 ]')
    expect(executable).toContain('set -- "$__home"/x\nexec')
    expect(executable).toContain('add executable to its source')
    const named = { source: { ...DEPS.source, executable: 'x' } }
    expect(scriptOf(named, { kind: 'executable', file: 'x' }, found)).not.toContain('add executable')
    const command = scriptOf(DEPS, shell('./run'), found)
    expect(command).not.toContain('add executable')
    expect(command).toContain('export SIDECAR_HOME="$__home"\n')
  })

  test('has the directory of its libraries', () => {
    const script = scriptOf({}, EXECUTABLE, { libraryDir: 'my lib' })
    expect(script).toContain(`export LD_LIBRARY_PATH="$SIDECAR_HOME"/'my lib'"`)
    expect(scriptOf({}, EXECUTABLE)).not.toContain('LD_LIBRARY_PATH')
  })
})
