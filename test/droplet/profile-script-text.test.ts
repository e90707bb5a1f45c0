import { describe, expect, it } from 'vitest'
import type { Readiness, Sidecar } from '../../src/config/sidecar.ts'
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
const TIMES = { timeout: 1500, place: PLACE }
const PORT: Readiness = { kind: 'port', port: 8082, ...TIMES }
const HTTP: Readiness = { kind: 'http', url: 'http://localhost:8082/up?key=s3cret', ...TIMES }
const SOCKET: Readiness = { kind: 'socket', socket: template('$TMPDIR/a b'), ...TIMES }

/** The profile.d script of an app with a sidecar with these settings, as buildpack 7. */
function scriptOf(more: Partial<Sidecar>, context: Parameters<typeof plan>[1] = {}): string {
  const processTypes = types('web')
  const all = stage([[sidecar('a b', { processTypes, ...more }), shell('./run')]])
  return (
    plan(all, { index: '7', ...context }).files.find(({ path }) => path.startsWith('deps/7/profile.d'))
      ?.text ?? ''
  )
}
const functionsOf = (script: string) => [...script.matchAll(/^(\w+)\(\)/gm)].map(([, name]) => name)
const PROFILE = '__sidecar_profile'

describe('the text of the profile.d script', () => {
  it('has nothing but the removal of a variable where the app is not affected', () => {
    const script = scriptOf({})
    expect(script.split('\n').filter((line) => !line.startsWith('#'))).toEqual([
      ...[`${PROFILE}() {`, ' local -', ' set +efux', String.raw` local IFS=$' \t\n'`],
      ...[' unset SIDECARS_CREDENTIALS', ' return 0', '}', `${PROFILE} "$@"`, `unset -f ${PROFILE}`, ''],
    ])
    expect(script).toContain('# Written by Sidecar Buildpack (deps index 7).')
  })

  it.each<[string, Partial<Sidecar>, readonly string[], readonly string[]]>([
    [
      'memory',
      { memory: megabytes(1) },
      ['__sidecar_reserve_memory'],
      ['__sidecar_reserve_memory 1048576\n'],
    ],
    [
      'a proxy',
      { proxy: { wait: true } },
      ['__sidecar_app_port'],
      ['local __port\n', '__sidecar_app_port $((__port % 55000 + 10000))\n'],
    ],
    ['app_env', { appEnv: env({ A: text('x') }) }, [], ['export A=x\n']],
    [
      'app_env with a credential',
      { appEnv: env({ A: credential('db') }) },
      ['__sidecar_credentials'],
      [`< <(__sidecar_credentials '"a b"' 1 db '')\n`],
    ],
    [
      'wait_for a port',
      { waitFor: PORT },
      ['__sidecar_listens', '__sidecar_wait'],
      [`__sidecar_wait '"a b"' 'port 8082' 1500 __sidecar_listens 8082\n`],
    ],
    [
      'wait_for a URL',
      { waitFor: HTTP },
      ['__sidecar_listens', '__sidecar_get', '__sidecar_rest', '__sidecar_answers', '__sidecar_wait'],
      [
        `__sidecar_wait '"a b"' http://localhost:8082/up 1500 __sidecar_answers localhost 8082 '/up?key=s3cret'\n`,
      ],
    ],
    [
      'wait_for a socket',
      { waitFor: SOCKET },
      ['__sidecar_socket', '__sidecar_wait'],
      [
        `__sidecar_wait '"a b"' 'socket '"\${TMPDIR-}"'/a b' 1500 __sidecar_socket "\${TMPDIR-}"'/a b'\n`,
        'exec {__pause}>&-\n',
      ],
    ],
  ])(
    'has, for %s, only its functions, and what it does for its process type',
    (_, more, functions, texts) => {
      const script = scriptOf(more)
      expect(functionsOf(script).sort()).toEqual([PROFILE, ...functions].sort())
      expect(script.trimEnd().split('\n').at(-1)).toBe(`unset -f ${functionsOf(script).join(' ')}`)
      for (const each of texts) expect(script).toContain(each)
      expect(script.match(/'"\w+"'\*\)/g)).toEqual([`'"web"'*)`])
      expect(script).toContain('local __type=${VCAP_APPLICATION-}')
      expect(script).toMatch(
        /case \$__word in\n +'"\$DEPS_DIR"\/'\[0-9\]\*\/start\/\*\) return 0 ;;\n +esac\n/,
      )
    },
  )

  it('has lines for the process types that need some, if only one of them does', () => {
    const all = stage([
      [sidecar('a', { processTypes: types('web'), memory: megabytes(1), proxy: { wait: true } }), shell('x')],
      [sidecar('b', { processTypes: types('worker') }), shell('x')],
    ])
    const { files, launch } = plan(all)
    const script = files.find(({ path }) => path.startsWith('profile.d'))?.text ?? ''
    expect(script).toContain('local __type=${VCAP_APPLICATION-}')
    expect(script.match(/'"\w+"'\*\)/g)).toEqual([`'"web"'*)`, `'"web"'*)`])
    expect(launch.map(({ command }) => command)).toEqual(['"$DEPS_DIR"/0/start/a', '"$DEPS_DIR"/0/start/b'])
  })

  it('has, for a directory on PATH, what is for the app and tasks', () => {
    const source = { kind: 'executable', file: 'run' } as const
    const on = (more: object) =>
      plan(
        stage([[sidecar('a b', { onPath: true }), source]]).map((each) => ({ ...each, ...more })),
        {},
      ).files.find(({ path }) => path.startsWith('profile.d'))?.text ?? ''
    expect(functionsOf(on({}))).toEqual([PROFILE])
    expect(on({})).toContain('/start/*) return 0 ;;')
    expect(on({})).toContain('for __word in "$DEPS_DIR"/0/sidecars/a-b; do')
    expect(on({})).not.toMatch(/-e "\$__word"|case \$__type/)
    expect(on({ deps: 'bin' })).toMatch(
      /in "\$DEPS_DIR"\/\[0-9\]\*\/bin; do\n +\[ -e "\$__word" \] \|\| continue/,
    )
  })

  it.each([
    ['a library', { libraries: ['0/java/a.jar'] }, []],
    ['an option', { options: [['-Dx=1']] }, ['__sidecar_tool_options']],
    [
      'an option with a variable',
      { options: [template('-Dx=$A')] },
      ['__sidecar_tool_options', '__sidecar_java_word'],
    ],
    [
      'an agent with classes',
      { agents: [{ path: '0/java/a.jar' }], addedClasses: 12 },
      ['__sidecar_tool_options', '__sidecar_metaspace'],
    ],
  ])('has, for %s of the app, only its functions', (_, more, functions: readonly string[]) => {
    const java = { agents: [], options: [], libraries: [], addedClasses: 0, ...more }
    const script = scriptOf({}, { java })
    expect(functionsOf(script)).toEqual([...functions, PROFILE])
    expect(script).toContain('/start/*) return 0 ;;')
    expect(script.includes('12\n')).toBe(functions.includes('__sidecar_metaspace'))
  })

  it('does nothing in sidecars of other buildpacks', () => {
    const otherSidecars = ['./x y', "it's"].map((command) => ({
      ...{ type: command, command, sidecarFor: ['web'], memory: 0 },
    }))
    expect(scriptOf({ memory: megabytes(1) }, { otherSidecars })).toContain(
      `'./x y' | 'it'\\''s') return 0 ;;`,
    )
    expect(scriptOf({}, { otherSidecars })).not.toContain('./x y')
  })
})
