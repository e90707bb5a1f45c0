import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { APP_PLACES } from '../../src/config/locate.ts'
import { appEnvironment } from '../../src/phases/app-environment.ts'
import { temporaryFolder } from '../support/files.ts'

const PHASES = ['detect', 'supply', 'finalize', 'release'] as const
const SAYS = `process.stdout.write(JSON.stringify({ file: __filename, argv: process.argv.slice(2), env: process.env, node: process.execPath, cwd: process.cwd() }))`

let temp: string
let app: string
let coreutils: string
let packaged: string
let checkout: string

beforeAll(() => {
  temp = temporaryFolder({}, 'bin scripts ')
  app = join(temp, 'an app')
  mkdirSync(app)
  writeFileSync(join(app, 'sidecars.yml'), 'sidecars: []\n')
  coreutils = join(temp, 'coreutils')
  mkdirSync(coreutils)
  for (const tool of ['readlink', 'bash', 'sh', 'env']) {
    symlinkSync(realpathSync(`/usr/bin/${tool}`), join(coreutils, tool))
  }
  packaged = buildpack('a packaged buildpack')
  compile(packaged)
  mkdirSync(join(packaged, 'runtime'))
  symlinkSync(process.execPath, join(packaged, 'runtime', 'node'))
  checkout = buildpack('a checkout')
})

function buildpack(name: string): string {
  const root = join(temp, name)
  cpSync(join(import.meta.dirname, '../../bin'), join(root, 'bin'), { recursive: true })
  return root
}

function compile(root: string): void {
  mkdirSync(join(root, 'dist'))
  for (const phase of PHASES) writeFileSync(join(root, 'dist', `${phase}.cjs`), SAYS)
}

function run(script: string, args: string[], env: Record<string, string> = {}, cwd = temp) {
  const { status, stdout, stderr } = spawnSync(script, args, {
    cwd,
    env: { PATH: coreutils, ...env },
    encoding: 'utf8',
  })
  return { status, stdout, stderr, seen: () => JSON.parse(stdout) }
}

describe.each(PHASES)('bin/%s', (phase) => {
  const args = () => [app, 'cache dir', 'deps $HOME', '00', '']

  it('runs the compiled phase with the platform’s arguments, with nothing on PATH but coreutils and bash', () => {
    const { status, seen } = run(join(packaged, 'bin', phase), args())
    expect(status).toBe(0)
    expect(seen().file).toBe(join(packaged, 'dist', `${phase}.cjs`))
    expect(seen().argv).toEqual(args())
  })

  it('works from any directory, by a relative name, through links and through the shell', () => {
    const link = join(temp, `link to ${phase}`)
    symlinkSync(join('a packaged buildpack', 'bin', phase), link)
    const ways: [string, string[], string][] = [
      [`./${phase}`, [], join(packaged, 'bin')],
      [`bin/${phase}`, [], packaged],
      [`./link to ${phase}`, [], temp],
      [link, [], '/'],
      ['bash', [phase], join(packaged, 'bin')],
    ]
    for (const [script, before, cwd] of ways) {
      const { status, stderr, seen } = run(script, [...before, ...args()], {}, cwd)
      expect({ script, status, stderr }).toEqual({ script, status: 0, stderr: '' })
      expect(seen().file).toBe(join(packaged, 'dist', `${phase}.cjs`))
      expect(seen().cwd).toBe(cwd)
    }
  })

  it('keeps the app’s NODE_*, LD_PRELOAD and BASH_ENV from its own Node.js and shell', () => {
    const theirs = {
      NODE_OPTIONS: '--require ./nothere.js',
      NODE_EXTRA_CA_CERTS: '/nothere.pem',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      LD_PRELOAD: '',
      BASH_ENV: join(temp, 'nothere.bash'),
      NODE_MULTI: 'two\nlines',
    }
    const { status, stderr, seen } = run(join(packaged, 'bin', phase), args(), theirs)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(Object.keys(seen().env).filter((name) => /^(NODE_|LD_PRELOAD)/.test(name))).toEqual([])
    expect(appEnvironment(seen().env)).toMatchObject(theirs)
  })

  it('ends with the status of the phase', () => {
    const root = buildpack(`failing ${phase}`)
    mkdirSync(join(root, 'dist'))
    writeFileSync(join(root, 'dist', `${phase}.cjs`), 'process.exit(42)')
    expect(run(join(root, 'bin', phase), args(), { PATH: process.env.PATH ?? '' }).status).toBe(42)
  })

  it('says in a clone that a git URL does not work, and how to build the zip', () => {
    const { status, stdout, stderr } = run(join(checkout, 'bin', phase), args(), {
      PATH: process.env.PATH ?? '',
    })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(
      /^ {7}\*\*ERROR\*\* A git URL of this buildpack cannot be staged: dist\/\w+\.cjs is missing\.\n/,
    )
    expect(stderr).toContain('npm run package')
  })

  it('says in a clone which URL to use instead, where buildpack.toml has the address of releases', () => {
    const root = buildpack(`released ${phase}`)
    writeFileSync(
      join(root, 'buildpack.toml'),
      '[buildpack]\nid = "x"\nversion = "1.2.3"\n[metadata]\nrelease-url = "https://files.example/v{version}/b-v{version}.zip"\n',
    )
    const { status, stderr } = run(join(root, 'bin', phase), args(), { PATH: process.env.PATH ?? '' })
    expect(status).toBe(1)
    expect(stderr).toContain('https://files.example/v1.2.3/b-v1.2.3.zip\n')
    expect(stderr).not.toContain('npm run package')
  })

  it('says the same in a compiled checkout without a Node.js', () => {
    const root = buildpack(`compiled ${phase}`)
    compile(root)
    const { status, stderr } = run(join(root, 'bin', phase), args())
    expect(status).toBe(1)
    expect(stderr).toContain('no Node.js is on PATH')
    expect(stderr).toContain('npm run package')
  })

  it('prefers the packaged Node.js to the one on PATH', () => {
    const decoy = join(temp, `decoy for ${phase}`)
    mkdirSync(decoy)
    writeFileSync(join(decoy, 'node'), '#!/bin/sh\nexit 99\n')
    chmodSync(join(decoy, 'node'), 0o755)
    expect(run(join(packaged, 'bin', phase), args(), { PATH: `${decoy}:${coreutils}` }).status).toBe(0)
  })
})

it.each(['supply', 'finalize', 'release'])('bin/%s keeps variables whose names only bash keeps', (phase) => {
  const { seen } = run(join(packaged, 'bin', phase), [app], { 'a.b': 'kept' })
  expect(seen().env['a.b']).toBe('kept')
})

describe('bin/detect', () => {
  it('turns down an app without configuration in silence, and without Node.js', () => {
    const bare = join(temp, 'bare')
    mkdirSync(bare)
    expect(run(join(checkout, 'bin/detect'), [bare], { PATH: '' })).toMatchObject({
      status: 1,
      stdout: '',
      stderr: '',
    })
  })

  it.each(APP_PLACES)('judges an app that has %s', (file) => {
    const has = mkdtempSync(join(temp, 'has '))
    mkdirSync(join(has, file, '..'), { recursive: true })
    writeFileSync(join(has, file), '')
    expect(run(join(packaged, 'bin/detect'), [has]).status).toBe(0)
  })

  it.each(['SIDECARS_CONFIG', 'SIDECARS_CONFIG_PATH'])('judges an app with %s in its environment', (name) => {
    const bare = mkdtempSync(join(temp, 'bare '))
    expect(run(join(packaged, 'bin/detect'), [bare], { [name]: 'x' }).status).toBe(0)
    expect(run(join(packaged, 'bin/detect'), [bare], { [name]: '' }).status).toBe(1)
  })

  it('judges a configuration that is a link to nowhere', () => {
    const has = mkdtempSync(join(temp, 'link '))
    symlinkSync('nowhere', join(has, 'sidecars.yml'))
    expect(run(join(packaged, 'bin/detect'), [has]).status).toBe(0)
  })
})
