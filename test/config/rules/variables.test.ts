import { expect, test } from 'vitest'
import { mergeLayers } from '../../../src/config/merge.ts'
import { readSidecarsYml } from '../../../src/config/read.ts'
import { checkVariables } from '../../../src/config/rules/variables.ts'
import { describeProblem, Problems } from '../../../src/problems/problems.ts'

function warnings(text: string, environment: readonly string[] = []): readonly string[] {
  const problems = new Problems()
  const app = readSidecarsYml({ file: 'sidecars.yml', text }, problems)
  const { configuration } = mergeLayers({ appEntriesTaken: false, ...(app && { app }) }, problems)
  checkVariables(configuration, environment, problems)
  expect(problems.hasErrors).toBe(false)
  return problems.sorted().map(describeProblem)
}

const one = (keys: string) => `sidecars:\n- name: a\n  source: {path: x}\n${keys.replace(/^/gm, '  ')}\n`

test('reports a variable that is not set, with its place and the nearest name', () => {
  expect(warnings(one('args: ["--port", "$PROT"]\nenv:\n  LICENSE: x\n  B: "${LICENCE}"'))).toEqual([
    "sidecars.yml:4:20: args of a uses $PROT, which neither the platform nor this file sets; did you mean $PORT? It is empty unless the app's environment or a buildpack sets it",
    "sidecars.yml:7:8: env of a uses $LICENCE, which neither the platform nor this file sets; did you mean $LICENSE? It is empty unless the app's environment or a buildpack sets it",
  ])
  expect(warnings(one('args: ["US$PER_HOUR"]'))).toEqual([
    expect.stringContaining('; write $$ for a dollar sign; it is empty'),
  ])
})

test('nothing is said of what the platform, the file or the environment sets', () => {
  expect(
    warnings(
      one(
        'proxy: true\nargs: ["$PORT$APP_PORT$SIDECAR_HOME$A$OWN"]\nenv: {A: "$HOME$CF_INSTANCE_INDEX", OWN: {service: s, credential: k}, OPTS: "$OPTS -x"}\napp_env: {X: "$JAVA_OPTS", Y: "$X$SET"}',
      ),
      ['SET'],
    ),
  ).toEqual([])
})

test('a value set further down, or only for the app, is not there yet', () => {
  expect(warnings(one('env: {A: "$B", B: x}'))).toHaveLength(1)
  expect(warnings(one('env: {A: "$FOR_APP"}\napp_env: {FOR_APP: x}'))).toHaveLength(1)
})

test("app_env of sidecars before it is known beside the same process type only, in wait_for's socket as well", () => {
  const two = (types: string) =>
    `sidecars:\n- {name: a, command: x, app_env: {DIR: /tmp/x}, process_types: ${types}}\n- {name: b, command: x, app_env: {FILE: "$DIR/f"}, wait_for: {socket: "$DIR/s"}}\n`
  expect(warnings(two('[web]'))).toEqual([])
  expect(warnings(two('[worker]'))).toHaveLength(2)
})
