import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { temporaryFolder } from '../support/files.ts'

let temp: string
let packageRoot: string

beforeAll(() => {
  temp = temporaryFolder({}, 'command line ')
  packageRoot = join(temp, 'node_modules', 'sidecar-buildpack')
  cpSync(join(import.meta.dirname, '../../bin'), join(packageRoot, 'bin'), { recursive: true })
  writeFileSync(join(packageRoot, 'package.json'), '{"type": "module"}')
  mkdirSync(join(packageRoot, 'dist'))
  mkdirSync(join(temp, 'node_modules', '.bin'))
  symlinkSync('../sidecar-buildpack/bin/sidecar-buildpack', join(temp, 'node_modules/.bin/sidecar-buildpack'))
})

const shim = (...args: string[]) =>
  spawnSync(join(temp, 'node_modules/.bin/sidecar-buildpack'), args, { encoding: 'utf8', cwd: '/' })

it('says that the command line wants compiling when it is not', () => {
  const { status, stderr } = shim('--version')
  expect(status).toBe(1)
  expect(stderr).toBe('The command line is not compiled yet: run `npm run build` in the checkout.\n')
})

it('says which Node.js it needs when it is started by an older one', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      '--import',
      'data:text/javascript,Object.defineProperty(process, "versions", {value: {node: "18.20.4"}})',
      join(packageRoot, 'bin/sidecar-buildpack'),
    ],
    { encoding: 'utf8' },
  )
  expect(stderr).toBe(`sidecar-buildpack needs Node.js 20 or later; this is 18.20.4 (${process.execPath}).\n`)
  expect(status).toBe(1)
})

it('runs the compiled command line through npm’s link to it, with and without a package.json beside it', () => {
  writeFileSync(join(packageRoot, 'dist/cli.cjs'), 'console.log(JSON.stringify(process.argv.slice(2)))')
  expect(shim('plan', 'an app').stdout).toBe('["plan","an app"]\n')
  writeFileSync(join(packageRoot, 'package.json'), '{}')
  expect(shim('plan', 'an app').stdout).toBe('["plan","an app"]\n')
})
