import { describe, expect, it } from 'vitest'
import { runCli } from '../../support/command-line.ts'
import { temporaryFolder } from '../../support/files.ts'

const cwd = temporaryFolder({
  Procfile: 'web: ./web',
  'sidecars.yml': 'sidecars:\n  - {name: agent, source: {path: agent}, memory: 64M}\n',
  agent: '#!/bin/sh\n',
  'empty/README': '',
  'manifest.yml':
    'applications:\n  - {name: one, memory: 1G}\n  - {name: two, memory: 64M, stack: cflinuxfs5}\n',
  'image.yml': 'applications: [{name: one, docker: {image: x}}]',
  'nothing/README': '',
  'unknown-stack.yml': 'applications: [{name: one, stack: nobodys}]',
})

function validate(...args: readonly string[]) {
  const { status, stdout, stderr } = runCli(['validate', ...args], { cwd })
  return { status, said: stdout + stderr }
}

describe('validate', () => {
  it('of a manifest with several applications, checks the one that is chosen', () => {
    expect(validate('-f', 'manifest.yml')).toEqual({
      status: 1,
      said: expect.stringContaining('the manifest has 2 applications; choose one with --app: one, two'),
    })
    expect(validate('-f', 'manifest.yml', '--app', 'one')).toMatchObject({ status: 0 })
    expect(validate('-f', 'manifest.yml', '--app', 'two')).toEqual({
      status: 1,
      said: expect.stringContaining('64M'),
    })
  })

  it('takes the stack of the manifest, and before that the one given', () => {
    expect(validate('-f', 'unknown-stack.yml').said).toContain('stack "nobodys" is not known here')
    expect(validate('-f', 'unknown-stack.yml', '--stack', 'cflinuxfs4').said).not.toContain('nobodys')
  })

  it('of an image, says that the sidecars of sidecars.yml do not run; there may be no files at all', () => {
    const image = ['-f', 'image.yml', '-p']
    expect(validate(...image, '.').said).toContain(
      'warning: image.yml:1:16: lifecycle docker runs no Cloud Foundry buildpacks, so the sidecars of sidecars.yml do not run (agent); declare them under sidecars: in the manifest',
    )
    expect(validate(...image, 'nothing')).toEqual({
      status: 0,
      said: 'image.yml is valid: 0 sidecars\n',
    })
  })

  it.each([
    [['nowhere'], 'nowhere: no such file, directory or application in the manifest'],
    [
      ['sidecars.yml', '--app', 'one'],
      'sidecars.yml is not an app; pass the directory, jar, war or zip to push',
    ],
    [['-f', 'nothing.yml'], 'manifest nothing.yml not found'],
    [['-f', 'empty'], 'empty has no manifest.yml'],
  ])('refuses %j', (args, message) => {
    const { status, said } = validate(...args)
    expect(said).toContain(message)
    expect(said).not.toMatch(/\n {4}at /)
    expect(status).toBe(1)
  })
})
