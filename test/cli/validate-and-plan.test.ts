import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import AdmZip from 'adm-zip'
import { beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../support/command-line.ts'
import { temporaryFolder } from '../support/files.ts'

let cwd: string
beforeAll(() => {
  cwd = temporaryFolder()
  writeFileSync(join(cwd, 'sidecars.yml'), 'sidecars: [{name: a, command: x, memory: 512M}]')
  writeFileSync(
    join(cwd, 'two.yml'),
    'applications: [{name: small, memory: 256M}, {name: large, memory: 1G, env: {A: 1.10}}]',
  )
  writeFileSync(join(cwd, 'variable.yml'), 'applications: [{name: a, memory: ((memory)), timeout: ((t))}]')
  writeFileSync(join(cwd, 'vars.yml'), 't: 90\nmemory: 256M\n')
  writeFileSync(join(cwd, 'utf-16.yml'), Buffer.from('\ufeffapplications: [{name: a}]', 'utf16le'))
  writeFileSync(join(cwd, 'bom.yml'), '\ufeffapplications: [{name: a}]')
  writeFileSync(join(cwd, 'large.yml'), '')
  truncateSync(join(cwd, 'large.yml'), 50 << 20)
  mkdirSync(join(cwd, 'folder.yml'))
})

function run(...argv: readonly string[]) {
  const { status, stdout, stderr } = runCli(argv, { cwd })
  return { status, out: stdout, err: stderr }
}

describe('validate of a memory that is an unfilled variable', () => {
  it('reports the variable only', () => {
    writeFileSync(
      join(cwd, 'unfilled.yml'),
      'applications: [{name: a, memory: ((size)), disk_quota: ((disk))}]',
    )
    const { err } = run('validate', '-f', 'unfilled.yml')
    expect(err).toContain('((size)) has no value')
    expect(err).not.toContain('is not a valid size')
  })
})

describe('validate of an app without sidecars.yml whose manifest lists the buildpack', () => {
  it('warns, with what to do', () => {
    const app = join(cwd, 'no-sidecars')
    mkdirSync(app)
    writeFileSync(join(app, 'Procfile'), 'web: x\n')
    writeFileSync(
      join(app, 'manifest.yml'),
      'applications: [{name: a, buildpacks: [sidecar_buildpack, ruby_buildpack]}]',
    )
    const { status, err } = run('validate', 'no-sidecars', '-f', 'no-sidecars')
    expect([status, err]).toEqual([
      0,
      expect.stringContaining(
        'buildpacks lists sidecar_buildpack, but the app has no sidecars.yml; write a sidecars.yml, or remove sidecar_buildpack from buildpacks',
      ),
    ])
  })

  it('does not, if there is one that cannot be read', () => {
    const app = join(cwd, 'unreadable-sidecars')
    mkdirSync(join(app, 'sidecars.yml'), { recursive: true })
    writeFileSync(join(app, 'sidecars.yml', 'a'), '')
    writeFileSync(join(app, 'Procfile'), 'web: x\n')
    writeFileSync(
      join(app, 'manifest.yml'),
      'applications: [{name: a, buildpacks: [sidecar_buildpack, ruby_buildpack]}]',
    )
    const { status, err } = run('validate', 'unreadable-sidecars', '-f', 'unreadable-sidecars')
    expect(status).toBe(1)
    expect(err).toContain('is a directory')
    expect(err).not.toContain('has no sidecars.yml')
  })
})

describe('validate --json', () => {
  it('says of an app without a configuration that it is not valid, as the exit status does', () => {
    writeFileSync(join(cwd, 'folder.yml/app.rb'), '')
    const { status, out } = run('validate', 'folder.yml', '--json')
    expect(status).toBe(1)
    expect(JSON.parse(out)).toEqual({
      valid: false,
      problems: [
        {
          severity: 'error',
          what: 'folder.yml has no sidecars.yml',
          instead: 'write one, or pass the directory of the app',
        },
      ],
    })
  })
})

describe.each(['validate', 'plan'])('%s without what .cfignore names', (command) => {
  it('reads no ignored sidecars.yml, and misses the ignored file of a sidecar', () => {
    const ignored = join(cwd, `ignored-${command}`)
    mkdirSync(join(ignored, 'sidecars'), { recursive: true })
    writeFileSync(join(ignored, 'sidecars/geo'), '#!/bin/sh\n', { mode: 0o755 })
    const source = 'sidecars: [{name: geo, memory: 1M, source: {path: sidecars/geo}}]\n'
    writeFileSync(join(ignored, 'sidecars.yml'), source)
    writeFileSync(join(ignored, 'Procfile'), 'web: x\n')
    expect(run(command, `ignored-${command}`).status).toBe(0)
    writeFileSync(join(ignored, '.cfignore'), 'sidecars/\n')
    const missing = run(command, `ignored-${command}`)
    expect([missing.status, missing.err]).toEqual([
      1,
      expect.stringContaining('"sidecars/geo" is not in the app'),
    ])
    writeFileSync(join(ignored, '.cfignore'), 'sidecars.yml\n')
    const { status, out, err } = run(command, `ignored-${command}`)
    if (command === 'validate')
      expect([status, err]).toEqual([1, expect.stringContaining('has no sidecars.yml')])
    else expect([status, out]).toEqual([0, expect.not.stringContaining('geo')])
  })
})

describe('validate -f', () => {
  it('knows the process types that the manifest declares', () => {
    writeFileSync(join(cwd, 'types.yml'), 'sidecars: [{name: a, command: x, process_types: [worker, other]}]')
    const env = 'env: {SIDECARS_CONFIG_PATH: types.yml}'
    writeFileSync(join(cwd, 'worker.yml'), `applications: [{name: a, ${env}, processes: [{type: worker}]}]`)
    const { status, err } = run('validate', '.', '-f', 'worker.yml')
    expect(status).toBe(0)
    expect(err).toMatch(/process type other of the sidecar a is not declared/)
    expect(err).not.toMatch(/process type worker of the sidecar/)
  })
})

describe.each(['validate', 'plan'])('%s -f', (command) => {
  it('takes the application of the manifest that --app names', () => {
    expect(run(command, '.', '-f', 'two.yml', '--app', 'large').status).toBe(0)
    expect(run(command, '.', '-f', 'two.yml', '--app', 'small').status).toBe(1)
    expect(run(command, '.', '-f', 'two.yml').err).toMatch(
      /two\.yml:1:15: the manifest has 2 applications; choose one with --app: small, large/,
    )
  })

  it('says what the platform makes of the manifest', () => {
    expect(run(command, '.', '-f', 'two.yml', '--app', 'large').err).toMatch(
      /^warning: two\.yml:1:\d+: env: YAML reads this value as a number, so the app gets it in another form; put quotes around it$/m,
    )
  })

  it('fills in variables as cf push does, and refuses those without a value', () => {
    const { status, err } = run(command, '.', '-f', 'variable.yml', '--var', 't=90')
    expect(status).toBe(1)
    expect(err).toMatch(
      /variable\.yml:1:\d+: \(\(memory\)\) has no value; pass --var memory=VALUE or --vars-file FILE/,
    )
    expect(err).not.toMatch(/\(\(t\)\)/)
    const filled = run(command, '.', '-f', 'variable.yml', '--vars-file', 'vars.yml', '--var', 'memory=1G')
    expect(filled.status).toBe(0)
    expect(filled.err).not.toMatch(/\(\(/)
    expect(run(command, '.', '-f', 'variable.yml', '--vars-file', 'vars.yml').status).toBe(1)
  })

  it.each([
    ['nowhere.yml', /^error: -f: manifest nowhere\.yml not found$/m],
    ['folder.yml', /^error: folder\.yml has no manifest\.yml$/m],
    ['large.yml', /large\.yml:1:1: the file has 52428800 bytes, more than 1048576/],
  ])('refuses %s', (file, expected) => {
    const { status, out, err } = run(command, '.', '-f', file)
    expect([status, out]).toEqual([1, ''])
    expect(err).toMatch(expected)
  })

  it('takes one with a byte order mark, in UTF-8 and in UTF-16', () => {
    expect(run(command, '.', '-f', 'bom.yml').status).toBe(0)
    expect(run(command, '.', '-f', 'utf-16.yml').status).toBe(0)
  })
})

describe.each(['validate', 'plan'])('%s of an archive', (command) => {
  function archive(name: string, files: Readonly<Record<string, string>>): string {
    const zip = new AdmZip()
    for (const [path, text] of Object.entries(files)) zip.addFile(path, Buffer.from(text))
    zip.writeZip(join(cwd, name))
    return name
  }
  const MAIN = { 'META-INF/MANIFEST.MF': 'Main-Class: a.Main\n', 'a/Main.class': 'x' }
  const CONFIG = 'sidecars: [{name: geo, memory: 1M, source: {path: sidecars/geo}}]\n'

  it('accepts a sidecar that is in it', () => {
    const files = { ...MAIN, 'sidecars.yml': CONFIG, 'sidecars/geo': '#!/bin/sh\nsleep 9\n' }
    expect(run(command, archive(`good-${command}.jar`, files))).toMatchObject({ status: 0, err: '' })
  })

  it('reports the same faults as of a directory', () => {
    const missing = { ...MAIN, 'sidecars.yml': CONFIG }
    expect(run(command, archive(`missing-${command}.jar`, missing)).err).toContain(
      '"sidecars/geo" is not in the app',
    )
    const misleading = {
      ...MAIN,
      'sidecars.yml': CONFIG.replace('sidecars/geo', 'bin/geo'),
      'bin/geo': '#!/bin/sh\n',
      'lib/a.jar': 'x',
    }
    expect(run(command, archive(`misleading-${command}.jar`, misleading)).err).toContain('because of bin/geo')
    const broken = { ...MAIN, 'sidecars.yml': 'sidecars: [{name: geo, memory: 1M, command: bin/x -v}]\n' }
    expect(run(command, archive(`broken-${command}.jar`, broken)).err).toContain('bin/x is not in the app')
  })
})
