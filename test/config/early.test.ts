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
    ['./prüfer -v', 'prüfer is not in the app; add it to the app, or use a buildpack that provides it'],
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
    'sidecars: [{name: a, source: {path: a}, args: [~/data]}]',
    'sidecars: [{name: a, command: sleep 9, env: {A: ~/data}}]',
    'java: {options: [~/data]}',
    'java: {agents: [{source: {path: a}, options: ~/data}]}',
  ])('%s', (text) => {
    expect(said({ 'sidecars.yml': text }).join('\n')).toContain('contains ~/, which is not expanded here')
  })
})
