import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import AdmZip from 'adm-zip'
import { afterEach, describe, expect, test } from 'vitest'
import { runCli } from '../support/command-line.ts'
import { temporaryFolder, writeFiles } from '../support/files.ts'
import { freePort } from '../support/free-port.ts'
import { mainApp } from '../support/java/checked-app.ts'
import { RUN_OPTIONS } from '../support/run-options.ts'

const work = temporaryFolder()
const temporary = join(work, 'tmp')
mkdirSync(temporary)
const programs = join(work, 'programs')
afterEach(() => void command('.', 'stop'))

const command = (cwd: string, ...args: readonly string[]) =>
  runCli(args, { cwd: join(work, cwd), env: { PATH: `${programs}:${process.env.PATH}`, TMPDIR: temporary } })

/** @returns its directory */
function anApp(buildpack: string, files: Readonly<Record<string, string | Buffer>>): string {
  const name = mkdtempSync(join(work, 'app-'))
  writeFiles(name, {
    'manifest.yml': `applications: [{name: shop, memory: 256M, buildpacks: [sidecar_buildpack, ${buildpack}]}]`,
    'sidecars.yml': 'sidecars: [{name: helper, command: exec sleep 3333, memory: 32M}]',
    ...files,
  })
  return name.slice(work.length + 1)
}

const SERVER = `require('node:http').createServer((_, answer) => answer.end('answered')).listen(process.env.PORT)`

async function answerOf(app: string, ...options: readonly string[]) {
  const port = await freePort()
  const run = command(app, 'run', '--detach', '--port', String(port), ...RUN_OPTIONS, ...options)
  const answer = await fetch(`http://127.0.0.1:${port}/`).then(
    (response) => response.text(),
    () => 'nothing',
  )
  return { ...run, answer }
}

describe('run without the buildpack of the language', () => {
  test.each([
    ['nodejs_buildpack', { 'package.json': '{"scripts": {"start": "node app.js"}}', 'app.js': SERVER }],
    ['nodejs_buildpack', { 'package.json': '{"main": "app.js"}', 'app.js': SERVER }],
    ['nodejs_buildpack', { 'package.json': '{}', 'server.js': SERVER }],
    ['nodejs_buildpack', { 'package.json': `{"main": "it's $HOME.js"}`, "it's $HOME.js": SERVER }],
    ['ruby_buildpack', { Procfile: 'web: node app.js', 'app.js': SERVER }],
    ['binary_buildpack', { Procfile: 'web: node app.js', 'app.js': SERVER }],
    ['staticfile_buildpack', { Staticfile: 'root: public', 'public/index.html': 'answered' }],
  ])('%s: starts the app with its sidecar by the runtime of this machine', async (buildpack, files) => {
    const app = anApp(buildpack, files)
    const { status, stderr, answer } = await answerOf(app)
    expect([status, answer]).toEqual([0, 'answered'])
    expect(stderr).toContain(
      `note: buildpack ${buildpack} is not available; using this machine's runtime instead\n`,
    )
    expect(command('.', 'ps').stdout).toMatch(/helper \(sidecar\) +running/)
    expect(command('.', 'stop').status).toBe(0)
    await expect
      .poll(() => readdirSync(temporary).filter((each) => each.includes('sidecar-buildpack-staged')))
      .toEqual([])
  })

  test('does not warn about the interpreter of a sidecar that the replaced buildpack provides', async () => {
    const files = { 'package.json': '{"main": "app.js"}', 'app.js': SERVER }
    const helper = '#!/usr/bin/env node\nsetInterval(() => undefined, 1000)\n'
    const sidecars = 'sidecars: [{name: helper, memory: 32M, source: {path: helper}}]'
    const app = anApp('nodejs_buildpack', { ...files, helper, 'sidecars.yml': sidecars })
    const { status, stdout } = await answerOf(app)
    expect([status, stdout]).toEqual([0, expect.stringContaining('Sidecar "helper" added to process web')])
    expect(stdout).not.toContain('is run by node')
  })

  test('leaves the JVM what the sidecars of all buildpacks in the list leave', async () => {
    const java = SERVER.replace("'answered'", 'String(process.argv)')
    writeFiles(programs, { java: `#!/usr/bin/env node\n${java}` })
    const sidecar = 'type: v, command: exec sleep 3333, limits: {memory: 300}'
    const launch = `processes: [{${sidecar}, platforms: {cloudfoundry: {sidecar_for: [web]}}}]`
    writeFiles(join(work, 'vee'), {
      'bin/detect': '#!/bin/sh\n',
      'bin/supply': `#!/bin/sh\necho '${launch}' > "$3/$4/launch.yml"\n`,
    })
    const list = '[sidecar_buildpack, vee, java_buildpack]'
    const app = anApp('unused', {
      ...mainApp,
      'manifest.yml': `applications: [{name: shop, memory: 900M, buildpacks: ${list}}]`,
      'sidecars.yml': 'java: {options: ["-Dx=1"]}',
    })
    const { answer } = await answerOf(app, '-b', 'sidecar_buildpack=sidecar', '-b', 'vee=../vee')
    expect(answer).toMatch(/,-Dx=1,-XX:MaxDirectMemorySize=10M,/)
    const kib = (option: string) => Number(new RegExp(`,-${option}(\\d+)K,`).exec(answer)?.[1])
    const sum = kib('Xmx') + kib('XX:MaxMetaspaceSize=') + (10 + 240 + 250) * 1024
    // Each size is rounded down.
    expect(600 * 1024 - sum).toBeOneOf([0, 1, 2])
  })

  test('asks for a stand-in with -b NAME=host', async () => {
    const app = anApp('nodejs_buildpack', { 'package.json': '{"main": "app.js"}', 'app.js': SERVER })
    expect(await answerOf(app, '-b', 'sidecar', '-b', 'nodejs_buildpack=host')).toMatchObject({
      status: 0,
      answer: 'answered',
    })
  })

  test.each([
    ['php_buildpack', {}, 'there is no stand-in for it on this machine'],
    ['nodejs_buildpack', {}, 'the app has no package.json'],
    ['nodejs_buildpack', { 'package.json': '{' }, 'its package.json is not valid JSON'],
    ['nodejs_buildpack', { 'package.json': '{}' }, 'its package.json has no script start and no main'],
    ['python_buildpack', {}, 'the app has no Procfile'],
    ['java_buildpack', {}, 'the app has no main class in META-INF/MANIFEST.MF'],
  ])('%s: says why nothing stands in, and the ways out', (buildpack, files, why) => {
    const { status, stderr } = command(anApp(buildpack, files), 'run')
    expect(status).toBe(1)
    expect(stderr).toContain(`error: buildpack ${buildpack} is not available locally, and ${why}`)
    expect(stderr).toContain(`-b '${buildpack}=PATH'`)
  })

  test('runs a jar without a list of buildpacks as the Java buildpack would, unless it has a start command', async () => {
    const jar = new AdmZip()
    jar.addFile('sidecars.yml', Buffer.from('sidecars: []'))
    jar.addFile('a', Buffer.from(''))
    jar.writeZip(join(work, 'plain.jar'))
    expect(command('.', 'run', 'plain.jar').stderr).toContain(
      'error: buildpack java_buildpack is not available locally, and the app has no main class',
    )
    jar.addFile('Procfile', Buffer.from('web: echo started; exit 3'))
    jar.writeZip(join(work, 'started.jar'))
    const options = ['--port', String(await freePort()), '--max-restarts', '0', ...RUN_OPTIONS]
    const { stdout, stderr } = command('.', 'run', 'started.jar', ...options)
    expect(stdout + stderr).toMatch(/OUT started$/m)
    expect(stderr).not.toContain('java_buildpack')
  })

  test('stage refuses, and --keep does: a droplet with a stand-in is not one of Cloud Foundry', () => {
    const app = anApp('nodejs_buildpack', { 'package.json': '{"main": "app.js"}', 'app.js': SERVER })
    expect(command(app, 'stage').stderr).toContain('nodejs_buildpack, which is not available locally')
    expect(command(app, 'stage', '-b', 'sidecar', '-b', 'nodejs_buildpack=host')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('-b nodejs_buildpack=host is only valid for run; pass the directory'),
    })
    expect(command(app, 'run', '--keep', 'kept').stderr).toContain(
      "error: --keep requires buildpack nodejs_buildpack, which is replaced by this machine's runtime\n",
    )
  })
})
