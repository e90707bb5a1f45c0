/** What is known early is said early. */
import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { checkCommands } from '../../src/inspect/commands.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { temporaryFolder } from '../support/files.ts'

function said(files: Readonly<Record<string, string>>): readonly string[] {
  const appDir = temporaryFolder(files)
  const problems = new Problems()
  const { configuration } = readConfiguration({ appDir, env: {} }, problems)
  checkCommands(configuration, appDir, 'cflinuxfs4', problems)
  return problems.sorted().map((each) => `${each.severity}: ${describeProblem(each)}`)
}

const withSidecar = (keys: string) => ({ 'sidecars.yml': `sidecars: [{name: a, memory: 1M, ${keys}}]` })

describe('a command that starts a file of the app', () => {
  it.each([
    ['./missing -v', 'missing is not in the app; add it to the app, or use a buildpack that provides it'],
    [
      'exec bin/missing',
      'bin/missing is not in the app; add it to the app, or use a buildpack that provides it',
    ],
    ['./bin', 'bin is a directory; use the program in it'],
    ['bin/plain', 'bin/plain is not executable; run chmod +x bin/plain before cf push'],
  ])('%s', (command, what) => {
    const files = { ...withSidecar(`command: ${command}`), 'bin/plain': 'echo' }
    expect(said(files)).toEqual([`warning: sidecars.yml:1:19: command of sidecar a: ${what}`])
  })

  it('is not in the app where its directory is a file', () => {
    const what = 'conf/x is not in the app; add it to the app, or use a buildpack that provides it'
    expect(said({ ...withSidecar('command: ./conf/x'), conf: 'a file' })).toEqual([
      `warning: sidecars.yml:1:19: command of sidecar a: ${what}`,
    ])
  })

  it.each(['sleep 9', '/usr/bin/env x', '$HOME/bin/x', '"~/x"', 'cd bin && ./x', '"{a,b}/x"'])(
    'is not looked for where a shell decides: %s',
    (command) => expect(said(withSidecar(`command: ${command}`))).toEqual([]),
  )
})

describe('shell habits, where no shell expands anything', () => {
  it.each([
    ['"$(hostname)"', '$(…)'],
    ['"`hostname`"', 'backquotes'],
    ['"${PORT:-8080}"', '${NAME:-default}'],
    ['"~/data"', '~/'],
    ['"{{PORT}}"', '{{…}}'],
  ])('%s', (value, habit) => {
    for (const keys of [`source: {path: a}, args: [${value}]`, `command: sleep 9, env: {A: ${value}}`])
      expect(said(withSidecar(keys)).join('\n')).toContain(`contains ${habit}, which is not expanded here`)
    expect(said({ 'sidecars.yml': `java: {options: [${value}]}` }).join('\n')).toContain(`contains ${habit}`)
  })

  it('are none where the dollar is written as $$', () => {
    expect(said(withSidecar('command: sleep 9, env: {A: "$$(x)"}'))).toEqual([])
  })
})

it('warns of ((variables)), which only the manifest has', () => {
  expect(said(withSidecar('command: "echo $((1+1)); ((i)) || true", env: {A: "x ((name))"}'))).toEqual([
    expect.stringMatching(/^warning: sidecars\.yml:1:\d+: \(\(…\)\) is not replaced here/),
  ])
})

describe('a file that is not read', () => {
  it.each(['sidecars.yaml', 'conf/sidecars.yml', 'app/sidecars.yaml'])('%s', (file) => {
    expect(said({ [file]: 'sidecars: []' })).toEqual([
      `warning: ${file}:1:1: this file is ignored; move it to sidecars.yml in the app root, or set SIDECARS_CONFIG_PATH: ${file}`,
    ])
  })

  it('is not mentioned beside one that is', () => {
    expect(said({ 'sidecars.yml': 'sidecars: []', 'conf/sidecars.yml': 'sidecars: []' })).toEqual([])
  })
})

it("says once that a sidecars.yml has the keys of Orange's buildpack", () => {
  const text =
    'sidecars:\n- name: a\n  executable: a\n  artifact_uri: https://x/y\n  profiled: x\n  no_log_prefix: true\n'
  expect(said({ 'sidecars.yml': text })).toEqual([
    "error: sidecars.yml:1:1: this is the configuration of Orange's sidecars-buildpack, which uses other keys; see docs/migration/from-orange-sidecars-buildpack.md",
  ])
})
