import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { removedAfterTest } from '../support/cleanup.ts'
import { elfFile, LOADER } from '../support/elf-file.ts'
import { serve } from '../support/http-server.ts'
import { Staging } from '../support/staging.ts'

let staging: Staging
afterEach(() => staging.remove())

/** An archive outside of the app, with these programs in it. */
function archive(...names: readonly string[]): { uri: string; sha256: string } {
  const folder = join(staging.root, 'upstream')
  const programs = names.length > 0 ? names : ['collector']
  mkdirSync(folder)
  for (const name of programs) writeFileSync(join(folder, name), '#!/bin/sh\nexec sleep 9\n', { mode: 0o755 })
  execFileSync('tar', ['-czf', join(folder, 'a.tgz'), '-C', folder, ...programs])
  const sha256 = createHash('sha256')
    .update(readFileSync(join(folder, 'a.tgz')))
    .digest('hex')
  return { uri: pathToFileURL(join(folder, 'a.tgz')).href, sha256 }
}

describe('bits by URI', () => {
  it('are verified, unpacked and started', async () => {
    staging = new Staging()
    const { uri, sha256 } = archive()
    staging.write(staging.app, {
      'sidecars.yml': `sidecars:\n  - {name: otel, source: {uri: "${uri}", sha256: ${sha256.toUpperCase()}}}\n`,
    })
    await staging.supply()
    expect(staging.read('deps/0/sidecars/otel/collector')).toContain('exec sleep 9')
    expect(staging.read('deps/0/start/otel')).toContain('/collector')
  })

  it('are refused with a wrong sum, and nothing of them stays', async () => {
    staging = new Staging()
    const { uri } = archive()
    staging.write(staging.app, {
      'sidecars.yml': `sidecars:\n  - {name: otel, source: {uri: "${uri}", sha256: ${'0'.repeat(64)}}}\n`,
    })
    await expect(staging.supply()).rejects.toThrow(/sha256|SHA-256/i)
    expect(existsSync(join(staging.deps, '0/sidecars/otel'))).toBe(false)
  })

  it('report the problems of all sources in one run, also of jars; no setup runs after a failure', async () => {
    staging = new Staging({ 'a.sh': '#!/bin/sh\n' })
    const { uri, sha256 } = archive('collector', 'exporter')
    const good = `uri: "${uri}", sha256: ${sha256}`
    const bad = `uri: "${uri}", sha256: ${'0'.repeat(64)}`
    staging.write(staging.app, {
      'sidecars.yml': [
        'sidecars:',
        '- {name: a, memory: 1M, source: {path: a.sh}, setup: exit 3}',
        `- {name: b, memory: 1M, source: {${bad}}}`,
        `- {name: c, memory: 1M, source: {${good}, executable: collectr}}`,
        '- {name: d, memory: 1M, source: {path: a.sh}, setup: echo runs}',
        'java:',
        `  agents: [{source: {${bad}}}]`,
        `  libraries: [{source: {${good}, executable: no.jar}}]`,
      ].join('\n'),
    })
    expect(await staging.refusal()).toEqual([
      expect.stringMatching(/^sidecars\.yml:2:54: setup of a failed \(status 3\)/),
      expect.stringMatching(/^sidecars\.yml:3:33: b: checksum mismatch/),
      expect.stringMatching(/^sidecars\.yml:4:33: "collectr" is not a file of .*did you mean "collector"\?$/),
      expect.stringMatching(/^sidecars\.yml:7:21: java\.agents: checksum mismatch/),
      expect.stringMatching(/^sidecars\.yml:8:24: "no.jar" is not a file of the archive/),
    ])
    const said = staging.lines.join('')
    expect(said).toContain('setup of d is not run, because another sidecar has failed')
    expect(said).not.toContain('runs')
    expect(existsSync(join(staging.deps, '0/launch.yml'))).toBe(false)
  })

  it('stay in the cache for the next staging as long as each staging uses them', async () => {
    staging = new Staging()
    const { uri, sha256 } = archive()
    const server = await serve((_, response) => response.end(readFileSync(fileURLToPath(uri))))
    removedAfterTest({ remove: server.close })
    const stageWith = async (...names: readonly string[]) => {
      const entries = names.map(
        (name) => `  - {name: ${name}, source: {uri: "${server.url}/${name}.tgz", sha256: ${sha256}}}\n`,
      )
      staging.write(staging.app, { 'sidecars.yml': `sidecars:\n${entries.join('')}` })
      await staging.supply()
      return server.requests.splice(0).map(({ url }) => url)
    }
    expect(await stageWith('a', 'b')).toEqual(['/a.tgz', '/b.tgz'])
    expect(await stageWith('a')).toEqual([])
    expect(await stageWith('a', 'b')).toEqual(['/b.tgz'])
  })
})

describe('bits by dependency', () => {
  it("come from the buildpack's manifest.yml, the newest that matches", async () => {
    staging = new Staging()
    const { uri, sha256 } = archive()
    const entry = (version: string) =>
      `- {name: otel, version: ${version}, uri: "${uri}", sha256: ${sha256}, cf_stacks: [cflinuxfs4]}\n`
    staging.write(staging.buildpack, {
      'manifest.yml': `language: sidecar\ndependencies:\n${entry('1.2.0')}${entry('1.10.0')}${entry('2.0.0')}`,
    })
    staging.write(staging.app, {
      'sidecars.yml': 'sidecars:\n  - {name: otel, source: {dependency: otel, version: 1.x}}\n',
    })
    await staging.supply()
    expect(staging.exists('deps/0/sidecars/otel/collector')).toBe(true)
    expect(staging.lines.join('')).toContain('1.10.0')
  })

  it('list what there is when nothing matches', async () => {
    staging = new Staging()
    const { uri, sha256 } = archive()
    staging.write(staging.buildpack, {
      'manifest.yml': `language: sidecar\ndependencies:\n- {name: otel, version: 1.2.0, uri: "${uri}", sha256: ${sha256}, cf_stacks: [cflinuxfs4]}\n`,
    })
    staging.write(staging.app, {
      'sidecars.yml': 'sidecars:\n  - {name: otel, source: {dependency: otel, version: 2.x}}\n',
    })
    expect(await staging.refusal()).toEqual([expect.stringContaining('1.2.0')])
  })
})

describe('a sidecar with path: true', () => {
  const program = '#!/bin/bash\necho $0 $* in $SIDECAR_HOME\n'
  const files = { 'bin/agent': program, 'tool/bin/run': program, 'tool/run': program }
  const bash = (script: string) =>
    execFileSync('bash', ['-c', script], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', HOME: staging.app, DEPS_DIR: staging.deps },
    }).replaceAll(staging.deps, '$DEPS')

  it.each([
    ['path: bin/agent', '/1/sidecars/a/agent', ['/1/sidecars/a']],
    ['path: tool, executable: run', '/1/sidecars/a/run', ['/1/sidecars/a']],
    ['path: tool, executable: bin/run', '/1/sidecars/a/bin/run', ['/1/sidecars/a', '/1/sidecars/a/bin']],
    ['deps: bin/agent', '/0/bin/agent', ['/0/bin']],
    ['deps: tool, executable: run', '/0/tool/run', ['/0/tool']],
    ['deps: tool, executable: bin/run', '/0/tool/bin/run', ['/0/tool', '/0/tool/bin']],
  ])('starts the program of {%s}, and the app finds it', async (source, started, onPath) => {
    const sidecar = (keys: string) => `sidecars:\n  - {name: a, path: true, source: {${source}}, ${keys}}\n`
    staging = new Staging({ ...files, 'sidecars.yml': sidecar('args: [-v]') }, ['0', '1'])
    staging.write(join(staging.deps, '0'), files)
    await staging.supply({ index: '1' })
    expect(bash('$DEPS_DIR/1/start/a')).toBe(`$DEPS${started} -v in $DEPS${onPath[0]}\n`)
    const path = bash('. $DEPS_DIR/1/profile.d/sidecar-buildpack.sh; echo $PATH')
    expect(path).toBe(`/usr/bin:/bin${onPath.map((each) => `:$DEPS${each}`).join('')}\n`)
    staging.write(staging.app, { 'sidecars.yml': sidecar('command: echo own command') })
    await staging.supply({ index: '1' })
    expect(bash('$DEPS_DIR/1/start/a')).toBe('own command\n')
  })
})

it('a program finds the libraries that come with it, and only such a program gets LD_LIBRARY_PATH', async () => {
  staging = new Staging({
    'sidecars.yml':
      'sidecars:\n  - {name: a, source: {path: tool, executable: bin/run}}\n  - {name: b, source: {path: bin}}\n',
    'tool/bin/run': elfFile({ loader: LOADER, libraries: ['libown.so'] }),
    'tool/lib/libown.so': elfFile({ type: 3, soname: true }),
    'bin/run': '#!/bin/sh\n',
  })
  await staging.supply()
  expect(staging.read('deps/0/start/a')).toContain('export LD_LIBRARY_PATH="$SIDECAR_HOME"/lib"$')
  expect(staging.read('deps/0/start/b')).not.toContain('LD_LIBRARY_PATH')
})
