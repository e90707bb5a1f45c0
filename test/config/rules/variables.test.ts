import { describe, expect, it, test } from 'vitest'
import { checkVariables } from '../../../src/config/rules/variables.ts'
import { fileOf, problemsIn } from '../problems-of.ts'

const warningsIn = (text: string, environment: readonly string[] = []) =>
  problemsIn(text, (configuration, problems) => checkVariables(configuration, environment, problems))
const warnings = (keys: string, environment?: readonly string[]) =>
  warningsIn(fileOf(`a, ${keys}`), environment)

const warning = (place: string, what: string, remedy: string) =>
  `warning ${place}: ${what}, which neither the platform nor this file sets; ${remedy} is empty unless the app's environment or a buildpack sets it`
const DOLLAR = 'write $$ for a dollar sign; it'

describe('a variable that nothing sets causes a warning', () => {
  const socket = (key: string) => `${key}: {socket: "$TMPDRI/s"}`
  it.each([
    ['env: {A: x, B: "$TMPDRI"}', '2:42', 'env of a'],
    ['env: {A: {service: s, default: "$TMPDRI"}}', '2:58', 'env of a'],
    ['app_env: {A: "$TMPDRI"}', '2:40', 'app_env of a'],
    [socket('wait_for'), '2:46', 'wait_for of a'],
    [`${socket('health')}, restart: always`, '2:44', 'health of a'],
  ])('in %s', (keys, place, owner) => {
    expect(warnings(keys)).toEqual([warning(place, `${owner} uses $TMPDRI`, 'did you mean $TMPDIR? It')])
  })

  it('in args', () => {
    expect(warningsIn('sidecars: [{name: a, source: {path: x}, args: [--in, "x$TMPDRI"]}]')).toEqual([
      warning('1:54', 'args of a uses $TMPDRI', 'did you mean $TMPDIR? It'),
    ])
  })

  it('in java', () => {
    const java =
      'java: {options: ["-Da=$TMPDRI"], agents: [{source: {path: a.jar}, options: "$TMPDRI"}, {source: {path: b.jar}}]}\n'
    expect(warningsIn(java)).toEqual([
      warning('1:18', 'java.options uses $TMPDRI', 'did you mean $TMPDIR? It'),
      warning('1:76', 'options of java.agents uses $TMPDRI', 'did you mean $TMPDIR? It'),
    ])
  })
})

describe('suggests a name', () => {
  it.each([
    ['with one other letter', '$HOMY', 'HOME'],
    ['with two letters swapped', '$PROT', 'PORT'],
    ['with two letters swapped, in lower case', '$prot', 'PORT'],
    ['in lower case', '$memory_limit', 'MEMORY_LIMIT'],
    ['of which a short one lacks a letter', '$PW', 'PWD'],
    ['with three other letters in a long one', '$JAVA_TOOL_OPTS', 'JAVA_TOOL_OPTIONS'],
    ['set before in the same map', '$LICENCE', 'LICENSE'],
    ['of the app', '$FROM_APPP', 'FROM_APP'],
    ['that is nearest', '$SERVER_2X', 'SERVER_2'],
  ])('%s', (_, used, meant) => {
    expect(
      warnings(`env: {LICENSE: x, B: "${used}"}`, ['SERVER_10', 'SERVER_2', 'SERVER_21', 'FROM_APP']),
    ).toEqual([warning('2:48', `env of a uses ${used}`, `did you mean $${meant}? It`)])
  })

  it.each([
    ['two of four letters differ', '$FOOT'],
    ['four letters of a long one differ', '$JAVA_TOOL_OPT'],
    ['more than two letters are swapped', '$TROP'],
  ])('but not if %s, because it may be the end of a password', (_, used) => {
    expect(warnings(`env: {B: "pa${used}"}`)).toEqual([warning('2:36', 'env of a uses a variable', DOLLAR)])
  })
})

describe('says nothing of a variable', () => {
  it.each([
    '$HOME $DEPS_DIR',
    '$PORT $VCAP_SERVICES',
    '$SERVICE_BINDING_ROOT $CF_INSTANCE_CERT',
    '$CF_INSTANCE_GUID $CF_INSTANCE_PORT',
    '$CF_INSTANCE_PORTS $no_proxy',
    '$JAVA_HOME $GEM_PATH',
    '$RAILS_ENV $LIBRARY_PATH',
  ])('of the platform, bash or a language buildpack: %s', (used) => {
    expect(warnings(`env: {A: "${used}"}`)).toEqual([])
  })

  it.each([
    ['of the environment', 'env: {A: "$SET"}'],
    ['set before it', 'env: {A: x, B: "$A"}, app_env: {C: x, D: "$C"}, wait_for: {socket: "$D"}'],
    ['that is a credential', 'env: {A: {service: s, credential: k}, B: "$A"}'],
    ['that its own value extends', 'env: {A: "$A -x"}, app_env: {B: "$B -x"}'],
    ['that only a proxy has', 'proxy: true, env: {A: "$APP_PORT"}'],
  ])('%s', (_, keys) => {
    expect(warnings(keys, ['SET'])).toEqual([])
  })

  it('for the directory of a source', () => {
    const args = 'env: {A: x}, args: ["$SIDECAR_HOME", "$A"]'
    expect(warningsIn(`sidecars: [{name: a, source: {path: x}, ${args}}]`)).toEqual([])
  })
})

test.each([
  ['set further down', 'env: {A: "$NEXT", NEXT: x}'],
  ['that only the app has', 'env: {A: "$FOR_APP"}, app_env: {FOR_APP: x}'],
  ['that only the sidecar has', 'env: {OWN: x}, app_env: {A: "$OWN"}'],
  ['of a proxy, which it is not', 'env: {A: "$APP_PORT"}'],
  ['of a source, which it does not have', 'env: {A: "$SIDECAR_HOME"}'],
])('a variable %s is not there', (_, keys) => {
  expect(warnings(keys)).toEqual([expect.stringContaining('uses a variable, which neither')])
})

describe('app_env of a sidecar', () => {
  const appEnv = '{DIR: /tmp/x}'
  const next = 'b, app_env: {FILE: "$DIR/f"}, wait_for: {socket: "$DIR/s"}'

  it.each([
    ['is there for sidecars after it beside the same process', [`a, app_env: ${appEnv}`, next], 0],
    ['not for those beside another', [`a, app_env: ${appEnv}, process_types: [worker]`, next], 2],
    ['not for those before it', [next, `a, app_env: ${appEnv}`], 2],
    ['also if one between them sets others', [`a, app_env: ${appEnv}`, 'c, app_env: {X: y}', next], 0],
  ])('%s', (_, sidecars, count) => {
    expect(warningsIn(fileOf(...sidecars))).toHaveLength(count)
  })

  it('is there for the JVM of every process', () => {
    const java = 'java: {options: ["-Da=$DIR"], agents: [{source: {path: a.jar}, options: "$DIR"}]}\n'
    expect(warningsIn(`${fileOf(`a, app_env: ${appEnv}, process_types: [worker]`)}${java}`)).toEqual([])
  })
})
