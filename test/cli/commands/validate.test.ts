import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli } from '../../support/command-line.ts'
import { ROOT, temporaryFolder } from '../../support/files.ts'

const cwd = temporaryFolder({
  Procfile: 'web: ./web',
  'sidecars.yml': 'sidecars:\n  - {name: agent, source: {path: agent}, memory: 64M}\n',
  agent: '#!/bin/sh\n',
  'empty/README': '',
  'manifest.yml':
    'applications:\n  - {name: one, memory: 1G}\n  - {name: two, memory: 64M, stack: cflinuxfs5}\n',
  'image.yml': 'applications: [{name: one, docker: {image: x}}]',
  'nothing/README': '',
  'filled.yml':
    'applications: [{name: left, path: empty, memory: ((m))}, {name: right, path: empty, memory: ((m))}]',
  'left/sidecars.yml': 'sidecars: [{name: a, command: b, x: 1}]',
  'paths.yml':
    'version: 1\nversion: 1\napplications: [{name: left, path: left}, {name: right, path: nowhere}]',
  'same-name.yml':
    'applications:\n- {name: one, path: empty}\n- {name: one, path: empty, memory: 1X}\n- {name: one, path: empty}\n',
  'unknown-stack.yml': 'applications: [{name: one, stack: nobodys}]',
})

function validate(...args: readonly string[]) {
  const { status, stdout, stderr } = runCli(['validate', ...args], { cwd })
  return { status, said: stdout + stderr }
}

describe('validate', () => {
  it('checks all applications of a manifest, or the one that is chosen', () => {
    expect(validate()).toEqual({
      status: 1,
      said: [
        'one: sidecars.yml and manifest.yml are valid: 1 sidecar (agent)',
        'one:',
        'warning: manifest.yml:2:5: the manifest lists no buildpacks, so the sidecars of sidecars.yml may not run (agent); use for example buildpacks: [sidecar_buildpack, binary_buildpack]',
        'two:',
        'error: sidecars.yml:2:12: the sidecars of process web take 64M, which leaves nothing of its 64M; give web more memory than its sidecars together',
        'warning: manifest.yml:3:5: the manifest lists no buildpacks, so the sidecars of sidecars.yml may not run (agent); use for example buildpacks: [sidecar_buildpack, binary_buildpack]',
        'two: 1 error: pushing this app would fail',
        '',
      ].join('\n'),
    })
    const { valid, problems } = JSON.parse(validate('--json').said)
    expect([
      valid,
      problems.map((each: Record<string, unknown>) => [each.application, each.severity]),
    ]).toEqual([
      false,
      [
        ['one', 'warning'],
        ['two', 'error'],
        ['two', 'warning'],
      ],
    ])
    expect(validate('-f', 'manifest.yml', '--app', 'one')).toMatchObject({ status: 0 })
    expect(validate('two')).toEqual({ status: 1, said: expect.stringContaining('64M') })
  })

  it('checks each of several applications with one name, as Cloud Controller does', () => {
    const { status, said } = validate('-f', 'same-name.yml')
    expect(status).toBe(1)
    expect(said.match(/^error: .*/gm)).toEqual([
      'error: same-name.yml:3:36: memory: "1X" has no valid unit (B, K, M, G, T); use for example 512M',
    ])
  })

  it('reports a warning of the manifest once, and each problem of the files of each application', () => {
    const { status, said } = validate('-f', 'paths.yml')
    expect(status).toBe(1)
    expect(said.match(/duplicate key version/g)).toHaveLength(1)
    expect(said).toMatch(
      /^left:\n(warning.*\n)*error: sidecars.yml:1:34: unknown key x in .*\nleft: 1 error: /m,
    )
    expect(said).toMatch(
      /^right:\n(warning.*\n)*error: paths.yml:3:42: path nowhere does not exist.*\nright: 1 error: /m,
    )
  })

  it('reads variables and services out of a pipe, for each of several applications', () => {
    const pipes = `"$0" validate -f filled.yml --vars-file <(echo m: 1G) --services <(echo '{"s": [{"name": "t"}]}')`
    const args = ['-c', pipes, join(ROOT, 'bin/sidecar-buildpack')]
    const { status, stdout, stderr } = spawnSync('bash', args, { cwd, encoding: 'utf8' })
    expect(stderr).not.toMatch(/error/)
    expect(stdout).toMatch(/^left: .*valid.*\nright: .*valid/)
    expect(status).toBe(0)
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
    ['invalid YAML', 'sidecars: [', 'not valid YAML', 'sidecars.yml is not used'],
    ['nothing', '', 'the file is empty', 'sidecars.yml is not used'],
    ['a list', '- {name: a}', 'got a list', 'sidecars.yml is not used'],
    ['another key', 'sidecar: [{name: a}]', 'unknown key sidecar', 'sidecars.yml is not used'],
    [
      'a sidecar',
      'sidecars: [{name: a, command: b, when: {env: C}}]',
      '',
      'the sidecars of sidecars.yml do not run (a)',
    ],
  ])('neither calls valid nor counts what no listed buildpack uses: %s', (_, text, problem, effect) => {
    const app = temporaryFolder({
      'sidecars.yml': text,
      'manifest.yml':
        'applications: [{name: one, buildpacks: [ruby_buildpack], sidecars: [{name: s, command: t, process_types: [web]}]}]',
    })
    const { status, stdout, stderr } = runCli(['validate'], { cwd: app })
    expect([status, stdout]).toEqual([0, 'manifest.yml is valid: 1 sidecar (s)\n'])
    expect(stderr).toContain(problem)
    expect(stderr).toContain(`buildpacks does not list the sidecar buildpack, so ${effect}; use `)
  })

  it.each([
    [['nowhere'], 'nowhere: no such file, directory or application in the manifest'],
    [
      ['sidecars.yml', '--app', 'one'],
      'sidecars.yml is not an app; pass the directory, jar, war or zip to push',
    ],
    [['-f', 'nothing.yml'], '-f: manifest nothing.yml not found'],
    [['--vars-file', 'nothing.yml'], '--vars-file: nothing.yml does not exist'],
    [['-f', 'empty'], 'empty has no manifest.yml'],
  ])('refuses %j', (args, message) => {
    const { status, said } = validate(...args)
    expect(said).toContain(message)
    expect(said).not.toMatch(/\n {4}at /)
    expect(status).toBe(1)
  })
})
